# What all pictures share: colours, type, units. Read before each of them.
#
# Eight colours after Okabe and Ito, which people with any of the common
# deficiencies of colour vision can tell apart; the tints are the same ones
# mixed with white, for areas that carry text.
set encoding utf8
array STRONG[7]
STRONG[1] = 0x0072b2; STRONG[2] = 0xd55e00; STRONG[3] = 0x009e73
STRONG[4] = 0xcc79a7; STRONG[5] = 0xe69f00; STRONG[6] = 0x56b4e9
STRONG[7] = 0x8c8c00
array TINT[7]
TINT[1] = 0x9fcbe6; TINT[2] = 0xf7c39a; TINT[3] = 0x9ddbc8
TINT[4] = 0xecc9dc; TINT[5] = 0xfae0a4; TINT[6] = 0xd4ecfa
TINT[7] = 0xe4e4a0
# Hatchings that differ in black and white as well; 0 is none.
array HATCH[7]
HATCH[1] = 0; HATCH[2] = 4; HATCH[3] = 5; HATCH[4] = 1
HATCH[5] = 6; HATCH[6] = 7; HATCH[7] = 2
INK = 0x222222; SOFT = 0x666666; FAINT = 0xd0d0d0

colour(i) = STRONG[int(i) % 7 + 1]
tint(i) = TINT[int(i) % 7 + 1]
hatch(i) = HATCH[(int(i) + int(i) / 7) % 7 + 1]

# Numbers as people write them: no powers of ten behind an e.
rounded(v, digits) = abs(v) >= 10.0 ** digits - 0.5 || v == floor(v) ? \
    sprintf("%.0f", v) : abs(v) >= 1e-4 ? \
    sprintf(sprintf("%%.%dg", digits), v) : \
    sprintf(sprintf("%%.%df", digits - 1 - floor(log10(abs(v)))), v)
number_text(v) = rounded(v, 4)

# Picoseconds in the unit that suits a range of that many of them.
time_scale(ps) = ps < 2e3 ? 1.0 : ps < 2e6 ? 1e3 : ps < 2e9 ? 1e6 : \
                 ps < 2e12 ? 1e9 : 1e12
time_unit(ps) = ps < 2e3 ? "ps" : ps < 2e6 ? "ns" : ps < 2e9 ? "µs" : \
                ps < 2e12 ? "ms" : "s"
time_text(ps) = number_text(ps / time_scale(2 * ps)) . \
                (ps == 0 ? "" : " " . time_unit(2 * ps))

# Ticks of axes, where these are not logarithmic.
TICKS = "% .10g"
set format TICKS
set border 3 linecolor rgb SOFT linewidth 0.8
set tics nomirror out scale 0.6 textcolor rgb INK
set grid linecolor rgb 0xe6e6e6 linewidth 0.6 linetype 1 dashtype 1
set key top left Left reverse noautotitle textcolor rgb INK
set style textbox 1 opaque noborder margins 0.4, 0.1

# What large rates and counts are told in, and bytes; what one of them is.
large(v) = v < 1e6 ? 1.0 : v < 1e9 ? 1e6 : 1e9
large_word(v, word) = v < 1e6 ? word : (v < 1e9 ? "million" : "billion") . \
                      (word eq "" ? "" : " " . word)
byte_scale(v) = v < 1048576 ? 1024.0 : 1048576.0
byte_unit(v) = v < 1048576 ? "KiB" : "MiB"

# Settings that are lists have commas between their words; word() splits at
# spaces.
swap(text, a, b) = strstrt(text, a) == 0 ? text : \
    text[1:strstrt(text, a) - 1] . b . \
    swap(text[strstrt(text, a) + strlen(a):*], a, b)
piece(text) = swap(swap(text, " ", "~"), ",", " ")
unpiece(text) = swap(text, "~", " ")
