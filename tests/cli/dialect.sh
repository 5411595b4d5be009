# Pointers are compared with NULL, everywhere and in macros too: a file that does
# it in another way reads as if somebody else had written it. A word counts as
# a pointer where it is declared as one and as nothing else: in the file itself,
# or as a member in any of them.
. "$(dirname "$0")/lib.sh" "$@"
cd "$tree" || exit 1

find sim models include -name '*.[ch]' | LC_ALL=C sort >"$work/files"
xargs perl -e '
    my (%member, %plain, %text);
    for my $file (@ARGV) {
        open my $in, "<", $file or die;
        local $/; my $t = <$in>;
        $t =~ s{/\*.*?\*/}{$& =~ s/[^\n]//gr}gse;
        $t =~ s{"(\\.|[^"\\\n])*"}{""}g;
        $text{$file} = $t;
        while ($t =~ /^ +(?:const |struct |enum )*(\w+) ([^;(){}=]+);/mg) {
            next if $1 =~ /^(return|goto|else|case)$/;
            for my $name (split /,/, $2) {
                $name =~ /^\s*(?:const )?\*+(?:const )?(\w+)\s*$/
                    ? $member{$1} = 1 : $name =~ /(\w+)/ && ($plain{$1} = 1);
            }
        }
    }
    my $wrong = 0;
    for my $file (@ARGV) {
        my $t = $text{$file};
        my (%here, %other);
        $here{$1} = 1 while $t =~ /\w \*+(\w+)(?= *[,;)=])/g;
        $other{$1} = 1 while $t =~ /\b(?:bool|int\w*|u?int\d+_t|double|size_t|char|ts_(?:time|fine|i128)) (\w+)(?= *[,;)=\[])/g;
        for ($t =~ /^ +(?:bool|int|int64_t|double|size_t) ([^;{}*]+);/mg) {
            $other{$_} = 1 for /(?:^|, )(\w+)/g;
        }
        my $line = 0;
        for (split /\n/, $t) {
            $line++;
            while (/(?:(!)|(?:\b(?:if|while|assert) \(?|assert\(|&& |\|\| |return |\? ))((?:\w+(?:->|\.|\[\w+\]\.))*)(\w+)(?= *(&&|\|\||\)|;|\?|==))/g) {
                my ($not, $path, $name, $after) = ($1, $2, $3, $4);
                next if $after eq "==" && !$not;
                next if $after eq ";" && !$not && $_ !~ /&&|\|\|/;
                next if $path ne "" ? !$member{$name} || $plain{$name}
                                    : !$here{$name} || $other{$name};
                print "$file:$line:$_\n";
                $wrong++;
            }
        }
    }
    exit($wrong > 0);' <"$work/files" >"$work/out" || {
    cat "$work/out"
    fail "pointers are compared with NULL"
}
finish
