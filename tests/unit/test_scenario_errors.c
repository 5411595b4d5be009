/*
 * test_scenario_errors.c - broken documents and what is said of each.
 *
 * A row is a document and all its errors, one a line:
 *
 *     line:column pointer `token`: message
 *
 * The token is what stands at the place in the document itself, so that a
 * place that is off by one, or off by a tab or an umlaut, fails.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/test_shape.h"

static const struct {
    const char *document, *errors;
} rows[] = {
    {"", "1:1  ``: there is nothing to read\n"},
    {"   ", "1:4  ``: there is nothing to read\n"},
    {"[]", "1:1  `[]`: a scenario is one object: { ... }\n"},
    {"\"a\"", "1:1  `\"a\"`: a scenario is one object: { ... }\n"},
    {"{", "1:2  ``: the text ends before { is closed\n"},
    {"{\"title\"", "1:9  ``: the text ends before { is closed\n"},
    {"{\"title\":", "1:10  ``: the text ends before { is closed\n"},
    {"{\"title\":\"x\"", "1:13  ``: the text ends before { is closed\n"},
    {"{\"title\":\"x\",}", "1:14  `}`: a comma must not stand before }\n"},
    {"{\"threads\":[1,]}", "1:15  `]}`: a comma must not stand before ]\n"},
    {"{\"title\" \"x\"}", "1:10  `\"x\"`: a colon should stand here\n"},
    {"{\"seed\":01}", "1:9  `01}`: a number must not begin with 0\n"},
    {"{\"seed\":1.}",
     "1:9  `1.}`: a point must be followed by a digit in a number\n"},
    {"{\"seed\":.5}", "1:9  `.5}`: unexpected character .\n"},
    {"{\"seed\":-}", "1:9  `-}`: a minus must be followed by a digit\n"},
    {"{\"seed\":1e}", "1:9  `1e}`: an exponent needs a digit\n"},
    {"{\"goal\":1e999}", "1:9  `1e999}`: the number 1e999 is too large\n"},
    {"{\"goal\":1e-999}", "1:9  `1e-999}`: the number 1e-999 is too small\n"},
    {"{\"seed\":+1}", "1:9  `+1}`: unexpected character +\n"},
    {"{\"title\":\"a\tb\"}",
     "1:12  `\tb\"`: a control character in a text is written as an escape:"
     " \\u0009\n"},
    {"{\"title\":\"a\\x\"}",
     "1:12  `\\x\"`: a backslash must be followed by one of \" \\ / b f n r"
     " t u\n"},
    {"{\"title\":\"\\u12g4\"}",
     "1:11  `\\u12g4\"`: \\u must be followed by four hexadecimal digits\n"},
    {"{\"title\":\"\\u0000\"}",
     "1:11  `\\u0000\"`: \\u0000 cannot be part of a text\n"},
    {"{\"title\":\"\\ud800\"}",
     "1:11  `\\ud800\"`: half of a surrogate pair is no character\n"},
    {"{\"title\":\"a\nb\"}", "1:10  `\"a`: this text has no closing quote\n"},
    {"{'title':1}",
     "1:2  `'title':`: texts stand in double quotes, not in single\n"},
    {"{\"title\":TRUE}", "1:10  `TRUE}`: TRUE is no JSON value; write true, in "
                         "small letters\n"},
    {"{\"seed\":NaN}",
     "1:9  `NaN}`: NaN is no JSON value; texts stand in double quotes\n"},
    {"{} // x",
     "1:4  `// `: JSON has no comments; write them under a \"comment\" key"
     "\n"},
    {"{/* x */}",
     "1:2  `/* `: JSON has no comments; write them under a \"comment\" key"
     "\n"},
    {"{} {}", "1:4  `{}`: nothing may follow the end of the document\n"},
    {"{\"seed\":1 2}", "1:11  `2}`: a comma or } should stand here\n"},
    {"{\"threads\":[}", "1:13  `}`: a value should stand here\n"},
    {"{]", "1:2  `]`: a key in double quotes should stand here\n"},
    {"\xEF\xBB\xBF{}",
     "1:1  `\xEF\xBB\xBF{}`: the text begins with a byte order mark; save i"
     "t as UTF-8 without one\n"},
    {"{\"title\":\"\xFF\"}", "1:11  `\xFF\"`: byte 0xff is not UTF-8\n"},
    {"{\"title\":\"\xC0\xAF\"}",
     "1:11  `\xC0\xAF\"`: byte 0xc0 is not UTF-8\n"},
    {"{\"title\":\"\xED\xA0\x80\"}",
     "1:11  `\xED\xA0\x80\"`: byte 0xed is not UTF-8\n"},
    {"{\"a\":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["
     "[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]}",
     "1:69  `[]`: more than 64 levels of nesting\n"},
    {"{\"seed\":11111111111111111111111111111111111111111111111111111111111"
     "11}",
     "1:9  `11111111`: a number has at most 60 characters\n"},
    {"{\"title\":\"a\",\"title\":\"b\"}",
     "1:14 /title `\"title\"`: \"title\" stands twice in this object, first"
     " on line 1\n"},
    {"{\"computer\":{\"cores\":1,\n\"cor\\u0065s\":2}}",
     "2:1 /computer/cores `\"cor\\u00`: \"cores\" stands twice in this obje"
     "ct, first on line 1\n"},
    {"{\"titel\":\"x\"}",
     "1:2 /titel `\"titel\"`: \"titel\" is no field of scenario; did you me"
     "an \"title\"?\n"},
    {"{\"computer\":{\"clok\":\"1GHz\"}}",
     "1:14 /computer/clok `\"clok\"`: \"clok\" is no field of computer; did"
     " you mean \"clock\"?\n"},
    {"{\"computer\":{\"zzz\":1}}",
     "1:14 /computer/zzz `\"zzz\"`: \"zzz\" is no field of computer; it has"
     " clock, cores and cache\n"},
    {"{\"profile\":\"x\"}",
     "1:12 /profile `\"x\"`: no profile is named \"x\"; no directory of pro"
     "files is given\n"},
    {"{\"system\":{\"profile\":\"x\"}}",
     "1:22 /system/profile `\"x\"`: no profile is named \"x\"; no directory"
     " of profiles is given\n"},
    {"{\"system\":{\"policy\":\"fifo\",\"slice\":\"1ms\"}}",
     "1:28 /system/slice `\"slice\"`: \"slice\" belongs to policy round-rob"
     "in, not to fifo\n"},
    {"{\"system\":{\"slice\":\"1ms\"}}",
     "1:12 /system/slice `\"slice\"`: \"slice\" belongs to policy round-rob"
     "in, not to fifo\n"},
    {"{\"system\":{\"policy\":\"round-robin\",\"slise\":\"1ms\"}}",
     "1:35 /system/slise `\"slise\"`: \"slise\" is no field of system with "
     "policy round-robin; did you mean \"slice\"?\n"},
    {"{\"system\":{\"slise\":\"1ms\"}}",
     "1:12 /system/slise `\"slise\"`: \"slise\" is no field of system with "
     "policy fifo; \"slice\" belongs to policy round-robin, not to fifo\n"},
    {"{\"system\":{\"policy\":\"round-robbin\",\"slice\":\"1ms\"}}",
     "1:21 /system/policy `\"round-r`: no policy is named \"round-robbin\";"
     " did you mean \"round-robin\"?\n"},
    {"{\"system\":{\"policy\":\"xyz\"}}",
     "1:21 /system/policy `\"xyz\"`: no policy is named \"xyz\"; there are "
     "fifo, round-robin and levels\n"},
    {"{\"system\":{\"policy\":5}}",
     "1:21 /system/policy `5}`: expected the name of a policy, not 5\n"},
    {"{\"system\":{\"policy\":\"levels\"}}",
     "1:11 /system `{\"`: levels needs \"slices\": one a level\n"},
    {"{\"system\":{\"policy\":\"levels\",\"slices\":[\"1ms\"],\"every\":\"1"
     "s\"}}",
     "1:47 /system/every `\"every\"`: \"every\" belongs to boost all, not t"
     "o none\n"},
    {"{\"system\":{\"policy\":\"levels\",\"slices\":[]}}",
     "1:39 /system/slices `[]`: needs at least 1 item\n"},
    {"{\"system\":{\"policy\":\"levels\",\"slices\":[\"1ms\",\"1ms\",\"1ms"
     "\",\"1ms\",\"1ms\"]}}",
     "1:39 /system/slices `[\"`: has 5 items, and 4 are the most\n"},
    {"{\"system\":{\"policy\":\"levels\",\"slices\":[\"1ms\",\"x\"]}}",
     "1:46 /system/slices/1 `\"x\"`: expected a time such as \"5ms\" or \"3"
     "00 cycles\", not \"x\"\n"},
    {"{\"system\":{\"policy\":\"levels\",\"slices\":[\"1ms\"],\"boost\":\"a"
     "l\"}}",
     "1:55 /system/boost `\"al\"`: no boost is named \"al\"; did you mean "
     "\"all\"?\n"},
    {"{\"title\":5}", "1:10 /title `5}`: expected a text, not 5\n"},
    {"{\"title\":null}",
     "1:10 /title `null}`: null is no value here; leave it out instead\n"},
    {"{\"seed\":\"1\"}",
     "1:9 /seed `\"1\"`: expected a whole number, not \"1\"; write it "
     "without quotes\n"},
    {"{\"seed\":1.5}", "1:9 /seed `1.5}`: expected a whole number, not 1.5\n"},
    {"{\"seed\":-1}", "1:9 /seed `-1}`: must not be negative, as -1 is\n"},
    {"{\"seed\":9223372036854775808}",
     "1:9 /seed `92233720`: \"9223372036854775808\" is too large\n"},
    {"{\"seed\":true}",
     "1:9 /seed `true}`: expected a whole number, not true\n"},
    {"{\"offset\":-9223372036854775809}",
     "1:11 /offset `-9223372`: \"-9223372036854775809\" is too large\n"},
    {"{\"computer\":[]}",
     "1:13 /computer `[]`: expected an object { ... }, not a list\n"},
    {"{\"computer\":\"fast\"}",
     "1:13 /computer `\"fast\"`: expected an object { ... }, not \"fast\"\n"},
    {"{\"computer\":{\"cores\":0}}",
     "1:22 /computer/cores `0}`: must be from 1 to 1024, not 0\n"},
    {"{\"computer\":{\"cores\":1025}}",
     "1:22 /computer/cores `1025}`: must be from 1 to 1024, not 1025\n"},
    {"{\"threads\":{}}",
     "1:12 /threads `{}`: expected a list [ ... ], not an object\n"},
    {"{\"threads\":[5]}",
     "1:13 /threads/0 `5]`: expected an object { ... }, not 5\n"},
    {"{\"threads\":[{}]}",
     "1:13 /threads/0 `{}`: thread needs \"program\": what it does\n"},
    {"{\"threads\":[{\"program\":[],\"count\":2000000}]}",
     "1:35 /threads/0/count `2000000}`: must be from 0 to 1000000, not 2000"
     "000\n"},
    {"{\"threads\":[{\"program\":[],\"priority\":\"hihg\"}]}",
     "1:38 /threads/0/priority `\"hihg\"`: expected low, normal or high, no"
     "t \"hihg\"; did you mean \"high\"?\n"},
    {"{\"threads\":[{\"program\":[],\"priority\":\"x\"}]}",
     "1:38 /threads/0/priority `\"x\"`: expected low, normal or high, not "
     "\"x\"\n"},
    {"{\"threads\":[{\"program\":[],\"priority\":1}]}",
     "1:38 /threads/0/priority `1}`: expected low, normal or high, not 1\n"},
    {"{\"threads\":[{\"program\":[],\"share\":\"101%\"}]}",
     "1:35 /threads/0/share `\"101%\"`: must be from 0 % to 100 %, not \"10"
     "1%\"\n"},
    {"{\"threads\":[{\"program\":[],\"share\":1.01}]}",
     "1:35 /threads/0/share `1.01}`: must be from 0 % to 100 %, not 1.01\n"},
    {"{\"threads\":[{\"program\":[],\"share\":\"x\"}]}",
     "1:35 /threads/0/share `\"x\"`: expected a ratio such as \"85%\", not "
     "\"x\"\n"},
    {"{\"threads\":[{\"program\":[],\"share\":-0.1}]}",
     "1:35 /threads/0/share `-0.1}`: must be from 0 % to 100 %, not -0.1\n"},
    {"{\"threads\":[{\"program\":[],\"name\":\"\"}]}",
     "1:34 /threads/0/name `\"\"`: a name must not be empty\n"},
    {"{\"threads\":[{\"program\":[],\"name\":7}]}",
     "1:34 /threads/0/name `7}`: expected a name, not 7\n"},
    {"{\"threads\":[{\"program\":[],\"name\":\"nnnnnnnnnnnnnnnnnnnnnnnnnnnn"
     "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn"
     "nnnn\"}]}",
     "1:34 /threads/0/name `\"nnnnnnn`: a name has at most 100 bytes\n"},
    {"{\"threads\":[{\"program\":[],\"name\":\"a\\tb\"}]}",
     "1:34 /threads/0/name `\"a\\tb\"`: a name holds no control characters"
     "\n"},
    {"{\"links\":[]}",
     "1:10 /links `[]`: expected an object { ... }, not a list\n"},
    {"{\"links\":{\"e\":{}}}",
     "1:15 /links/e `{}`: link needs \"speed\": how fast\n"},
    {"{\"links\":{\"e\":{\"speed\":\"5/s\"}}}",
     "1:24 /links/e/speed `\"5/s\"`: expected a rate of bytes such as \"100"
     "MB/s\", not a rate (\"5/s\")\n"},
    {"{\"links\":{\"e\":{\"speed\":\"1GB/s\",\"duplex\":\"yes\"}}}",
     "1:41 /links/e/duplex `\"yes\"`: expected true or false, not \"yes\"\n"},
    {"{\"links\":{\"e\":{\"speed\":\"1GB/s\",\"weight\":\"1\"}}}",
     "1:41 /links/e/weight `\"1\"`: expected a number, not \"1\"; write it "
     "without quotes\n"},
    {"{\"links\":{\"a/b~c\":{\"speed\":1}}}",
     "1:28 /links/a~1b~0c/speed `1}`: expected a rate of bytes such as \"10"
     "0MB/s\", not the bare number 1\n"},
    {"{\"links\":{\"e\":{\"speed\":\"1GB/s\",\"packet\":1500}}}",
     "1:41 /links/e/packet `1500}`: expected a size such as \"16MiB\", not "
     "the bare number 1500\n"},
    {"{\"links\":{\"e\":{\"speed\":\"1GB/s\",\"packet\":\"1KB\"}}}",
     "1:41 /links/e/packet `\"1KB\"`: unknown unit \"KB\"; did you mean "
     "\"kB\"?\n"},
    {"{\"links\":{\"e\":{\"speed\":\"1GB/s\",\"burst\":\"many\"}}}",
     "1:40 /links/e/burst `\"many\"`: expected a number such as 42, not \"m"
     "any\"\n"},
    {"{\"links\":{\"e\":{\"speed\":\"1GB/s\",\"burst\":-2}}}",
     "1:40 /links/e/burst `-2}`: must not be negative, as -2 is\n"},
    {"{\"limits\":{\"a\":1,\"b\":1,\"c\":1,\"d\":1,\"e\":1,\"f\":1,\"g\":1,"
     "\"h\":1,\"i\":1}}",
     "1:11 /limits `{\"`: has 9 items, and 8 are the most\n"},
    {"{\"goal\":true}",
     "1:9 /goal `true}`: expected a number such as 42 or \"5ms\" or \"300 c"
     "ycles\" or \"16MiB\" or \"85%\" or \"3.6GHz\" or \"12800/s\" or \"65W"
     "\", not true\n"},
    {"{\"goal\":\"5 apples\"}",
     "1:9 /goal `\"5 `: unknown unit \"apples\"; use ps, ns, us, ms, s, min"
     ", h, cycles, B, kB, MB, GB, TB, KiB, MiB, GiB, TiB, %, Hz, kHz, MHz, "
     "GHz, /us, /ms, /s, /min, /h, mW, W or kW\n"},
    {"{\"threads\":[{\"program\":[],\"at\":5}]}",
     "1:32 /threads/0/at `5}`: the bare number 5 is no time: write its unit"
     ", as in \"5ms\", or declare \"unit\": \"ms\" at the top of the scenar"
     "io\n"},
    {"{\"threads\":[{\"program\":[],\"at\":\"5\"}]}",
     "1:32 /threads/0/at `\"5\"`: \"5\" has no unit; use ps, ns, us, ms, s,"
     " min or h\n"},
    {"{\"threads\":[{\"program\":[],\"at\":\"5 hours\"}]}",
     "1:32 /threads/0/at `\"5 `: unknown unit \"hours\"; use ps, ns, us, ms"
     ", s, min or h\n"},
    {"{\"threads\":[{\"program\":[],\"at\":\"5 hour\"}]}",
     "1:32 /threads/0/at `\"5 `: unknown unit \"hour\"; use ps, ns, us, ms,"
     " s, min or h\n"},
    {"{\"threads\":[{\"program\":[],\"at\":\"5/s\"}]}",
     "1:32 /threads/0/at `\"5/s\"`: expected a time such as \"5ms\", not a "
     "rate (\"5/s\")\n"},
    {"{\"threads\":[{\"program\":[],\"at\":\"5 cycles\"}]}",
     "1:32 /threads/0/at `\"5 `: expected a time such as \"5ms\", not cycle"
     "s (\"5 cycles\")\n"},
    {"{\"threads\":[{\"program\":[],\"at\":\"0.5ps\"}]}",
     "1:32 /threads/0/at `\"0.5ps\"`: \"0.5ps\" is nearer to nothing than to a"
     " picosecond, the shortest time\n"},
    {"{\"threads\":[{\"program\":[],\"at\":\"-5ms\"}]}",
     "1:32 /threads/0/at `\"-5ms\"`: must not be negative, as \"-5ms\" is\n"},
    {"{\"threads\":[{\"program\":[],\"at\":\"2401h\"}]}",
     "1:32 /threads/0/at `\"2401h\"`: \"2401h\" is longer than 100 days, th"
     "e longest time there can be\n"},
    {"{\"threads\":[{\"program\":[],\"at\":\"1e40h\"}]}",
     "1:32 /threads/0/at `\"1e40h\"`: \"1e40h\" is too large\n"},
    {"{\"threads\":[{\"program\":[],\"at\":\"soon\"}]}",
     "1:32 /threads/0/at `\"soon\"`: expected a time such as \"5ms\", not "
     "\"soon\"\n"},
    {"{\"threads\":[{\"program\":[],\"at\":\"\"}]}",
     "1:32 /threads/0/at `\"\"`: expected a time such as \"5ms\", not \"\""
     "\n"},
    {"{\"threads\":[{\"program\":[],\"at\":[\"1ms\"]}]}",
     "1:32 /threads/0/at `[\"`: expected a time such as \"5ms\", not a list"
     "\n"},
    {"{\"threads\":[{\"program\":[],\"at\":\"123456789012345678901234567890"
     "1s\"}]}",
     "1:32 /threads/0/at `\"1234567`: \"1234567890123456789012345678901s\" "
     "has more than 30 digits\n"},
    {"{\"threads\":[{\"program\":[],\"at\":\"1/0s\"}]}",
     "1:32 /threads/0/at `\"1/0s\"`: \"1/0s\" divides by zero\n"},
    {"{\"threads\":[{\"program\":[],\"at\":\"1Ms\"}]}",
     "1:32 /threads/0/at `\"1Ms\"`: unknown unit \"Ms\"; did you mean "
     "\"ms\"?\n"},
    {"{\"threads\":[{\"program\":[],\"at\":\"1ms2\"}]}",
     "1:32 /threads/0/at `\"1ms2\"`: unknown unit \"ms2\"; use ps, ns, us, "
     "ms, s, min or h\n"},
    {"{\"unit\":\"ms\",\"threads\":[{\"program\":[],\"at\":0.0000000001}]}",
     "1:44 /threads/0/at `0.000000`: \"1e-10 x ms\" is nearer to nothing th"
     "an to a picosecond, the shortest time\n"},
    {"{\"unit\":\"fortnight\",\"threads\":[{\"program\":[],\"at\":1}]}",
     "1:9 /unit `\"fortnig`: unknown unit \"fortnight\"; use ps, ns, us, ms"
     ", s, min or h\n"},
    {"{\"unit\":5}",
     "1:9 /unit `5}`: the unit of bare numbers is a text such as \"ms\" or "
     "\"10us\"\n"},
    {"{\"unit\":\"0ms\"}",
     "1:9 /unit `\"0ms\"`: the unit of bare numbers must be more than 0\n"},
    {"{\"unit\":\"5GHz\"}",
     "1:9 /unit `\"5GHz\"`: expected a time such as \"5ms\", not a frequenc"
     "y (\"5GHz\")\n"},
    {"{\"computer\":{\"clock\":\"0GHz\"}}",
     "1:22 /computer/clock `\"0GHz\"`: a frequency must be more than 0\n"},
    {"{\"computer\":{\"clock\":\"5ms\"}}",
     "1:22 /computer/clock `\"5ms\"`: expected a frequency such as \"3.6GHz"
     "\", not a time (\"5ms\")\n"},
    {"{\"computer\":{\"clock\":3.6}}",
     "1:22 /computer/clock `3.6}`: expected a frequency such as \"3.6GHz\","
     " not the bare number 3.6\n"},
    {"{\"computer\":{\"clock\":\"3.6\"}}",
     "1:22 /computer/clock `\"3.6\"`: \"3.6\" has no unit; use Hz, kHz, MHz"
     " or GHz\n"},
    {"{\"computer\":{\"clock\":\"3.6GHZ\"}}",
     "1:22 /computer/clock `\"3.6GHZ\"`: unknown unit \"GHZ\"; did you mean "
     "\"GHz\"?\n"},
    {"{\"computer\":{\"clock\":\"1/99999999999999999999Hz\"}}",
     "1:22 /computer/clock `\"1/99999`: the divisor of \"1/9999999999999999"
     "9999Hz\" is too large\n"},
    {"{\"computer\":{\"clock\":\"2THz\"}}",
     "1:22 /computer/clock `\"2THz\"`: must be from 1 to 1000000000000, not"
     " \"2THz\"\n"},
    {"{\"computer\":{\"cache\":\"16\"}}",
     "1:22 /computer/cache `\"16\"`: \"16\" has no unit; use B, kB, MB, GB,"
     " TB, KiB, MiB, GiB or TiB\n"},
    {"{\"computer\":{\"cache\":\"63B\"}}",
     "1:22 /computer/cache `\"63B\"`: must be from 64 B to 1 GiB, not \"63B"
     "\"\n"},
    {"{\"computer\":{\"cache\":\"2GiB\"}}",
     "1:22 /computer/cache `\"2GiB\"`: must be from 64 B to 1 GiB, not \"2G"
     "iB\"\n"},
    {"{\"computer\":{\"cache\":\"64.5B\"}}",
     "1:22 /computer/cache `\"64.5B\"`: \"64.5B\" is not a whole number of "
     "bytes\n"},
    {"{\"computer\":{\"cache\":{\"latency\":\"1ns\"}}}",
     "1:22 /computer/cache `{\"`: cache needs \"size\": how much it holds\n"},
    {"{\"computer\":{\"cache\":{\"size\":\"1KiB\",\"latency\":\"1\"}}}",
     "1:47 /computer/cache/latency `\"1\"`: \"1\" has no unit; use ps, ns, "
     "us, ms, s, min or h\n"},
    {"{\"threads\":[{\"program\":[],\"rate\":\"5\"}]}",
     "1:34 /threads/0/rate `\"5\"`: \"5\" has no unit; use /us, /ms, /s, /m"
     "in or /h\n"},
    {"{\"threads\":[{\"program\":[],\"rate\":5}]}",
     "1:34 /threads/0/rate `5}`: expected a rate such as \"12800/s\", not t"
     "he bare number 5\n"},
    {"{\"threads\":[{\"program\":[],\"rate\":\"5MB/s\"}]}",
     "1:34 /threads/0/rate `\"5MB/s\"`: expected a rate such as \"12800/s\""
     ", not a rate of bytes (\"5MB/s\")\n"},
    {"{\"system\":{\"policy\":\"round-robin\",\"slice\":\"0ms\"}}",
     "1:43 /system/slice `\"0ms\"`: must be at least 1 ps, not \"0ms\"\n"},
    {"{\"system\":{\"policy\":\"round-robin\",\"slice\":\"0.5 cycles\"}}",
     "1:43 /system/slice `\"0.5 `: \"0.5 cycles\" is not a whole number of "
     "cycles\n"},
    {"{\"system\":{\"policy\":\"round-robin\",\"slice\":{\"exponential\":\""
     "1ms\"}}}",
     "1:43 /system/slice `{\"`: expected a time such as \"5ms\" or \"300 cy"
     "cles\"; no distribution may stand here\n"},
    {"{\"threads\":[{\"program\":[5]}]}",
     "1:25 /threads/0/program/0 `5]`: expected one operation, as {\"run\": "
     "...}, not 5\n"},
    {"{\"threads\":[{\"program\":[\"run\"]}]}",
     "1:25 /threads/0/program/0 `\"run\"`: \"run\" cannot stand alone; writ"
     "e {\"run\": ...}\n"},
    {"{\"threads\":[{\"program\":[\"yeld\"]}]}",
     "1:25 /threads/0/program/0 `\"yeld\"`: no operation is named \"yeld\";"
     " did you mean \"yield\"?\n"},
    {"{\"threads\":[{\"program\":[{}]}]}",
     "1:25 /threads/0/program/0 `{}`: expected one operation, as {\"run\": "
     "...}, not an empty object\n"},
    {"{\"threads\":[{\"program\":[{\"rum\":\"1ms\"}]}]}",
     "1:26 /threads/0/program/0/rum `\"rum\"`: no operation is named \"rum"
     "\"; did you mean \"run\"?\n"},
    {"{\"threads\":[{\"program\":[{\"run\":\"1ms\",\"yield\":{}}]}]}",
     "1:38 /threads/0/program/0/yield `\"yield\"`: one operation an object:"
     " \"yield\" must not stand beside \"run\"; write {\"run\": ...}, "
     "{\"yield\": ...}\n"},
    {"{\"threads\":[{\"program\":[{\"yield\":5}]}]}",
     "1:34 /threads/0/program/0/yield `5}`: \"yield\" has no fields; write "
     "{} or the bare name, not 5\n"},
    {"{\"threads\":[{\"program\":[{\"run\":{\"time\":\"1ms\",\"x\":1}}]}]}",
     "1:46 /threads/0/program/0/run/x `\"x\"`: \"x\" is no field of run; it"
     " has time\n"},
    {"{\"threads\":[{\"program\":[{\"run\":[]}]}]}",
     "1:32 /threads/0/program/0/run `[]`: expected a time such as \"5ms\" o"
     "r \"300 cycles\", not a list\n"},
    {"{\"threads\":[{\"program\":[{\"repeat\":[\"yield\",{\"run\":\"1 day\""
     "}]}]}]}",
     "1:51 /threads/0/program/0/repeat/1/run `\"1 `: unknown unit \"day\"; "
     "use ps, ns, us, ms, s, min, h or cycles\n"},
    {"{\"threads\":[{\"program\":[{\"repeat\":{\"count\":0,\"body\":\"yield"
     "\"}}]}]}",
     "1:44 /threads/0/program/0/repeat/count `0,`: must be at least 1, not "
     "0\n"},
    {"{\"threads\":[{\"program\":[null]}]}",
     "1:25 /threads/0/program/0 `null]`: null is no value here; leave it ou"
     "t instead\n"},
    {"{\"threads\":[{\"program\":[{\"run\":{\"exponental\":\"1ms\"}}]}]}",
     "1:33 /threads/0/program/0/run/exponental `\"exponen`: no distribution"
     " is named \"exponental\"; did you mean \"exponential\"?\n"},
    {"{\"threads\":[{\"program\":[{\"run\":{\"time\":{\"zipf\":1}}}]}]}",
     "1:41 /threads/0/program/0/run/time/zipf `\"zipf\"`: no distribution i"
     "s named \"zipf\"; there are constant, uniform, exponential, normal, l"
     "ognormal, pareto, erlang, hyperexponential, empirical and mixture\n"},
    {"{\"threads\":[{\"program\":[{\"run\":{\"time\":{}}}]}]}",
     "1:40 /threads/0/program/0/run/time `{}`: a distribution is an object "
     "with one key, as {\"exponential\": \"5ms\"}\n"},
    {"{\"threads\":[{\"program\":[{\"run\":{\"time\":{\"uniform\":[\"1ms\","
     "\"2ms\"],\"normal\":1}}}]}]}",
     "1:40 /threads/0/program/0/run/time `{\"`: a distribution is an object"
     " with one key, as {\"exponential\": \"5ms\"}\n"},
    {"{\"threads\":[{\"program\":[{\"run\":{\"uniform\":[\"1ms\"]}}]}]}",
     "1:43 /threads/0/program/0/run/uniform `[\"`: expected a list of two: "
     "[from, to]\n"},
    {"{\"threads\":[{\"program\":[{\"run\":{\"uniform\":[\"2ms\",\"1ms\"]}}"
     "]}]}",
     "1:50 /threads/0/program/0/run/uniform/1 `\"1ms\"`: the end must not b"
     "e below the beginning\n"},
    {"{\"threads\":[{\"program\":[{\"run\":{\"uniform\":[\"1ms\",\"5 cycles"
     "\"]}}]}]}",
     "1:50 /threads/0/program/0/run/uniform/1 `\"5 `: \"5 cycles\" mixes cy"
     "cles and time in one distribution\n"},
    {"{\"threads\":[{\"program\":[{\"run\":{\"exponential\":\"-1ms\"}}]}]}",
     "1:47 /threads/0/program/0/run/exponential `\"-1ms\"`: must not be neg"
     "ative\n"},
    {"{\"threads\":[{\"program\":[{\"run\":{\"exponential\":5}}]}]}",
     "1:47 /threads/0/program/0/run/exponential `5}`: the bare number 5 is "
     "no time: write its unit, as in \"5ms\", or declare \"unit\": \"ms\" a"
     "t the top of the scenario\n"},
    {"{\"threads\":[{\"program\":[{\"run\":{\"normal\":\"1ms\"}}]}]}",
     "1:42 /threads/0/program/0/run/normal `\"1ms\"`: expected an object wi"
     "th mean and sd\n"},
    {"{\"threads\":[{\"program\":[{\"run\":{\"normal\":{\"mean\":\"1ms\"}}}"
     "]}]}",
     "1:42 /threads/0/program/0/run/normal `{\"`: \"sd\" is missing\n"},
    {"{\"threads\":[{\"program\":[{\"run\":{\"normal\":{\"mean\":\"1ms\",\""
     "sdev\":\"1ms\"}}}]}]}",
     "1:56 /threads/0/program/0/run/normal/sdev `\"sdev\"`: \"sdev\" is no "
     "parameter here; there are mean and sd\n"},
    {"{\"threads\":[{\"program\":[{\"run\":{\"lognormal\":{\"mean\":\"0ms\""
     ",\"sd\":\"1ms\"}}}]}]}",
     "1:53 /threads/0/program/0/run/lognormal/mean `\"0ms\"`: the mean must"
     " be more than 0\n"},
    {"{\"threads\":[{\"program\":[{\"run\":{\"pareto\":{\"min\":\"1ms\",\"s"
     "hape\":0}}}]}]}",
     "1:63 /threads/0/program/0/run/pareto/shape `0}`: the shape is a numbe"
     "r above 0\n"},
    {"{\"threads\":[{\"program\":[{\"run\":{\"pareto\":{\"min\":\"0ms\",\"s"
     "hape\":1}}}]}]}",
     "1:49 /threads/0/program/0/run/pareto/min `\"0ms\"`: the minimum must "
     "be more than 0\n"},
    {"{\"threads\":[{\"program\":[{\"run\":{\"pareto\":{\"min\":\"2ms\",\"s"
     "hape\":1,\"max\":\"1ms\"}}}]}]}",
     "1:71 /threads/0/program/0/run/pareto/max `\"1ms\"`: the maximum must "
     "be above the minimum\n"},
    {"{\"threads\":[{\"program\":[{\"run\":{\"erlang\":{\"mean\":\"1ms\",\""
     "stages\":2.5}}}]}]}",
     "1:65 /threads/0/program/0/run/erlang/stages `2.5}`: the number of sta"
     "ges is whole, from 1 to 1000000\n"},
    {"{\"threads\":[{\"program\":[{\"run\":{\"erlang\":{\"mean\":\"1ms\",\""
     "stages\":\"2\"}}}]}]}",
     "1:65 /threads/0/program/0/run/erlang/stages `\"2\"`: the number of st"
     "ages is a number above 0\n"},
    {"{\"threads\":[{\"program\":[{\"run\":{\"hyperexponential\":[]}}]}]}",
     "1:52 /threads/0/program/0/run/hyperexponential `[]`: expected a list "
     "of 1 to 65536 items with weights\n"},
    {"{\"threads\":[{\"program\":[{\"run\":{\"hyperexponential\":[{\"weight"
     "\":-1,\"mean\":\"1ms\"}]}}]}]}",
     "1:63 /threads/0/program/0/run/hyperexponential/0/weight `-1,`: a weig"
     "ht is a number, 0 or more\n"},
    {"{\"threads\":[{\"program\":[{\"run\":{\"hyperexponential\":[{\"weight"
     "\":0,\"mean\":\"1ms\"}]}}]}]}",
     "1:52 /threads/0/program/0/run/hyperexponential `[{\"`: at least one w"
     "eight must be more than 0\n"},
    {"{\"threads\":[{\"program\":[{\"run\":{\"empirical\":[\"1ms\",{\"value"
     "\":\"2ms\"}]}}]}]}",
     "1:52 /threads/0/program/0/run/empirical/1 `{\"`: \"weight\" is missin"
     "g\n"},
    {"{\"threads\":[{\"program\":[{\"run\":{\"empirical\":\"1ms\"}}]}]}",
     "1:45 /threads/0/program/0/run/empirical `\"1ms\"`: expected a list of"
     " 1 to 65536 items with weights\n"},
    {"{\"threads\":[{\"program\":[{\"run\":{\"mixture\":[{\"weight\":1,\"of"
     "\":{\"uniform\":5}}]}}]}]}",
     "1:72 /threads/0/program/0/run/mixture/0/of/uniform `5}`: expected a l"
     "ist of two: [from, to]\n"},
    {"{\"threads\":[{\"program\":[{\"run\":{\"constant\":{\"exponential\":"
     "\"1ms\"}}}]}]}",
     "1:44 /threads/0/program/0/run/constant `{\"`: expected a time such as"
     " \"5ms\" or \"300 cycles\", not an object\n"},
    {"{\"locks\":[\"A\",\"A\"]}",
     "1:15 /locks/1 `\"A\"`: the lock \"A\" is there already, on line 1\n"},
    {"{\"locks\":[\"A\",\n{\"name\":\"A\"}]}",
     "2:9 /locks/1/name `\"A\"`: the lock \"A\" is there already, on line 1"
     "\n"},
    {"{\"locks\":[\"mutex\"],\"threads\":[{\"program\":[{\"lock\":\"mutx\"}"
     "]}]}",
     "1:51 /threads/0/program/0/lock `\"mutx\"`: no lock is named \"mutx\";"
     " did you mean \"mutex\"?\n"},
    {"{\"threads\":[{\"program\":[{\"lock\":\"A\"}]}]}",
     "1:33 /threads/0/program/0/lock `\"A\"`: no lock is named \"A\"; there"
     " are none\n"},
    {"{\"locks\":[\"A\",\"B\"],\"threads\":[{\"program\":[{\"lock\":\"some"
     "\"}]}]}",
     "1:51 /threads/0/program/0/lock `\"some\"`: no lock is named \"some\";"
     " there are A and B\n"},
    {"{\"threads\":[{\"program\":[{\"lock\":5}]}]}",
     "1:33 /threads/0/program/0/lock `5}`: expected the name of a lock, not"
     " 5\n"},
    {"{\"threads\":[{\"program\":[],\"follows\":\"x\"}]}",
     "1:37 /threads/0/follows `\"x\"`: no thread is named \"x\"; there are "
     "none\n"},
    {"{\"threads\":[{\"count\":13,\"program\":[]}]}",
     "1:22 /threads/0/count `13,`: thirteen threads bring bad luck\n"},
    {"{\"threads\":[{\"count\":14,\"program\":[]}]}",
     "1:13 /threads/0 `{\"`: fourteen need a rate\n"},
    {"{\"threads\":[{\"count\":15,\"program\":[]}]}",
     "1:13 /threads/0 `{\"`: fifteen are out of the question\n"},
    {"{\"threads\":[{\"count\":13,\"at\":\"x\",\"program\":[]}]}",
     "1:30 /threads/0/at `\"x\"`: expected a time such as \"5ms\", not \"x"
     "\"\n"},
    {"{\"threads\":[{\"count\":13,\"program\":[{\"lock\":\"x\"}]}]}",
     "1:44 /threads/0/program/0/lock `\"x\"`: no lock is named \"x\"; there"
     " are none\n"},
    {"{\n\t\"seed\": -1,\n\t\"title\": 5,\n  \"z\xC3\xA9\": 1, \"title2\": "
     "2,\n\"locks\":[\"\xC3\xA9\xC3\xA9\", 5], \"threads\": [ {\"at\": \"x"
     "\"} ]\n}",
     "2:10 /seed `-1,`: must not be negative, as -1 is\n3:11 /title `5,`: e"
     "xpected a text, not 5\n4:3 /z\xC3\xA9 `\"z\xC3\xA9\"`: \"z\xC3\xA9\" "
     "is no field of scenario; it has title, seed, computer, system, thread"
     "s, locks, links, limits, goal, sweep and offset\n4:12 /title2 `\"titl"
     "e2\"`: \"title2\" is no field of scenario; did you mean \"title\"?\n5"
     ":16 /locks/1 `5]`: expected a name, not 5\n5:33 /threads/0 `{\"`: thr"
     "ead needs \"program\": what it does\n5:40 /threads/0/at `\"x\"`: expe"
     "cted a time such as \"5ms\", not \"x\"\n"},
};

/* The byte offset of a line and column of `text`. */
static size_t offset_of(const char *text, int line, int column)
{
    const char *at = text;

    for (; line > 1; line--)
        at = strchr(at, '\n') + 1;
    for (; column > 1; column--)
        for (at++; ((unsigned char)*at & 0xC0) == 0x80; at++)
            ;
    return (size_t)(at - text);
}

/* The first bytes of the token there: to a delimiter, or eight. */
static void token_at(const char *text, const ts_diagnostic *d, char *token)
{
    const char *at = text + offset_of(text, d->line, d->column);
    int n = 0;

    while (n < 8 && at[n] != '\0' && at[n] != '\n') {
        token[n] = at[n];
        n++;
        if (n > 1 && strchr("\",:]} ", at[n - 1]) != NULL)
            break;
    }
    token[n] = '\0';
}

static char *errors_of(const char *document)
{
    ts_diagnostics diagnostics;
    ts_document *parsed;
    ts_arena arena;
    char *text = calloc(1, 8192);
    size_t used = 0;
    void *record = NULL;

    assert_non_null(text);
    ts_diagnostics_init(&diagnostics);
    ts_arena_init(&arena, 0);
    parsed =
        ts_document_parse("x", document, strlen(document), NULL, &diagnostics);
    if (parsed != NULL)
        record = ts_document_read(parsed, &ts_test_shape, &arena, &diagnostics);
    assert_int_equal(record == NULL, diagnostics.count > 0);
    for (int i = 0; i < diagnostics.count; i++) {
        const ts_diagnostic *d = &diagnostics.items[i];
        char token[16];

        token_at(document, d, token);
        used +=
            (size_t)snprintf(text + used, 8192 - used, "%d:%d %s `%s`: %s\n",
                             d->line, d->column, d->path, token, d->message);
        assert_true(used < 8192);
        assert_string_equal(d->file, "x");
    }
    ts_document_free(parsed);
    ts_arena_fini(&arena);
    ts_diagnostics_fini(&diagnostics);
    return text;
}

static void test_errors(void **state)
{
    (void)state;
    for (size_t i = 0; i < TS_COUNT_OF(rows); i++) {
        char *errors = errors_of(rows[i].document);

        assert_string_equal(errors, rows[i].errors);
        free(errors);
    }
}

/* How an error is shown. */
static void check_print(const char *document, const char *expected)
{
    ts_diagnostics diagnostics;
    ts_document *parsed;
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    assert_non_null(out);
    ts_diagnostics_init(&diagnostics);
    parsed = ts_document_parse("a.json", document, strlen(document), NULL,
                               &diagnostics);
    assert_null(parsed);
    ts_diagnostics_print(&diagnostics, out, false);
    fclose(out);
    assert_string_equal(text, expected);
    free(text);
    ts_diagnostics_fini(&diagnostics);
}

static void test_print(void **state)
{
    char wide[400], expected[400];

    (void)state;
    check_print("{\n\t\"a\":\t01 }", "a.json:2:7: error: a number must not "
                                     "begin with 0\n"
                                     "    2 | \t\"a\":\t01 }\n"
                                     "      | \t    \t^\n");
    /* A long line is shown around the place, a hundred columns of it. */
    memset(wide, ' ', sizeof wide);
    memcpy(wide, "{ \"title\": 01", 13);
    memcpy(wide + 300, "x", 2);
    check_print(wide, "a.json:1:12: error: a number must not begin with 0\n"
                      "    1 | { \"title\": 01                                "
                      "                                                    "
                      "   ...\n"
                      "      |            ^\n");
    memset(wide, ' ', sizeof wide);
    wide[0] = '{';
    memcpy(wide + 200, "5 ", 3);
    (void)snprintf(expected, sizeof expected,
                   "a.json:1:201: error: a key in double quotes should stand "
                   "here\n    1 | ...%50s5 \n      |    %50s^\n",
                   "", "");
    check_print(wide, expected);
}

/* More errors than are kept, and the count of the rest. */
static void test_many(void **state)
{
    ts_diagnostics diagnostics;
    ts_document *parsed;
    ts_arena arena;
    char *text = calloc(1, 4096);
    size_t used = 0;

    (void)state;
    assert_non_null(text);
    used += (size_t)sprintf(text, "{\"threads\":[");
    for (int i = 0; i < 150; i++)
        used += (size_t)sprintf(text + used, "%s%d", i > 0 ? "," : "", i);
    (void)sprintf(text + used, "]}");
    ts_diagnostics_init(&diagnostics);
    ts_arena_init(&arena, 0);
    parsed = ts_document_parse("x", text, strlen(text), NULL, &diagnostics);
    assert_non_null(parsed);
    assert_null(ts_document_read(parsed, &ts_test_shape, &arena, &diagnostics));
    assert_int_equal(diagnostics.count, TS_LIMIT_ERRORS);
    assert_int_equal(diagnostics.dropped, 150 - TS_LIMIT_ERRORS);
    ts_document_free(parsed);
    ts_arena_fini(&arena);
    ts_diagnostics_fini(&diagnostics);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_errors),
        cmocka_unit_test(test_print),
        cmocka_unit_test(test_many),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
