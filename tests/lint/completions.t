#!/usr/bin/env perl
# SPDX-License-Identifier: GPL-2.0-only
#
# The completions of bash, zsh and fish name the options that --help names, and
# those that take an argument. Where a shell is there, it reads its file.
use strict;
use warnings;
use Cwd qw(abs_path);
use File::Basename qw(dirname);

my $top = $ENV{TOP} || abs_path(dirname($0) . '/../..');
my $flowtop = $ENV{FLOWTOP} || ($ENV{BUILD} || "$top/build") . '/flowtop';
my $folder = "$top/etc/completions";

# Shell, file, how the file names options, how to check its syntax, and one
# more question to the shell itself.
my @SHELLS = (
    ['bash', 'flowtop.bash', \&bash_options, \&bash_answers],
    ['zsh', '_flowtop', \&zsh_options, undef],
    ['fish', 'flowtop.fish', \&fish_options, undef],
);

unless (-x $flowtop) {
    print "1..0 # SKIP $flowtop is not built\n";
    exit 0;
}

my @results;

sub check {
    my ($ok, $what, @why) = @_;
    push @results, [$ok, $what, @why];
}

sub content {
    my ($path) = @_;
    open my $in, '<', $path or die "$path: $!";
    return grep { !/^\s*#/ } <$in>;
}

# Name to whether it takes an argument: "  -t, --interval SEC   time ...", or
# several before the text.
sub help_options {
    my %found;
    for (qx('$flowtop' --help </dev/null)) {
        while (/\G\s+(?:-(\w), )?--([\w-]+)( [A-Z]\S*)?(?=  | [a-z])/g) {
            $found{"--$2"} = $3 ? 1 : 0;
            $found{"-$1"} = $3 ? 1 : 0 if defined $1;
        }
    }
    return %found;
}

# All names stand in one string; those of a case branch but "*)" have one.
sub bash_options {
    my $text = join '', @_;
    my ($names) = $text =~ /_options='([^']*)'/;
    my %found = map { $_ => 0 } split ' ', $names || '';
    $text =~ s/\\\n//g;
    while ($text =~ /^\s*((?:-\S+\s*\|\s*)*-[\w-]+)\)/mg) {
        $found{$_} = 1 for $1 =~ /(--?\w[\w-]*)/g;
    }
    return %found;
}

# '(-t --interval)'{-t+,--interval=}'[...]:...'     '--hide=[...]'
sub zsh_options {
    my %found;
    for (@_) {
        next unless /^\s+'(?:\([^)]*\)|\*)?(?:'\{([^}]*)\}'|\*?(--[\w-]+=?))\[/;
        for my $name (split /,/, $1 || $2) {
            $found{$name} = 1 if $name =~ s/[+=]$//;
            $found{$name} ||= 0;
        }
    }
    return %found;
}

# complete -c flowtop -s t -l interval -x -d '...'
sub fish_options {
    my %found;
    for (@_) {
        next unless s/^complete -c flowtop\b//;
        s/'[^']*'//g;
        my $takes = / -[xr]\b/ ? 1 : 0;
        $found{"-$1"} = $takes if / -s (\w)/;
        $found{"--$1"} = $takes if / -l ([\w-]+)/;
    }
    return %found;
}

# What bash itself offers after these words.
sub bash_answers {
    my ($path) = @_;
    my @questions = (
        ['--', '--ipv4'],
        ['--show', '--show-src'],
        ['--hide lo', 'loopback'],
        ['--hide = lo', 'loopback'],
        ['-46N /', undef],
    );
    for (@questions) {
        my ($words, $wanted) = @$_;
        local $ENV{WORDS} = $words;
        local $ENV{COMPLETION} = $path;
        my @said = qx(bash --norc -c '
            . "\$COMPLETION"
            COMP_WORDS=(flowtop \$WORDS)
            COMP_CWORD=\$((\${#COMP_WORDS[\@]} - 1))
            _flowtop
            printf "%s\\n" "\${COMPREPLY[\@]}"' 2>&1);
        chomp @said;
        @said = grep { length } @said;
        my $ok = defined $wanted ? grep({ $_ eq $wanted } @said) : !@said;
        check($ok, "bash: what comes after \"$words\"", "it says: @said");
    }
}

my %help = help_options();
check(scalar(%help), '--help names options');
for (@SHELLS) {
    my ($shell, $file, $options_of, $ask) = @$_;
    my $path = "$folder/$file";
    unless (-r $path) {
        check(0, "$shell: $file is there");
        next;
    }
    my %found = $options_of->(content($path));
    check(!grep({ !exists $found{$_} } keys %help), "$shell: every option",
        map { "missing: $_" } grep { !exists $found{$_} } sort keys %help);
    check(!grep({ !exists $help{$_} } keys %found), "$shell: no other option",
        map { "invented: $_" } grep { !exists $help{$_} } sort keys %found);
    my @wrong = grep { exists $found{$_} && $found{$_} != $help{$_} } sort keys %help;
    check(!@wrong, "$shell: which ones take an argument", @wrong);

    my $there = !system("command -v $shell >/dev/null 2>&1");
    if (!$there) {
        check(1, "$shell: syntax # SKIP no $shell here");
        next;
    }
    my @said = qx($shell -n '$path' 2>&1);
    check(!$?, "$shell: syntax", @said);
    $ask->($path) if $ask;
}

printf "1..%d\n", scalar @results;
my $n = 1;
for (@results) {
    my ($ok, $what, @why) = @$_;
    printf "%s %d - %s\n", $ok ? 'ok' : 'not ok', $n++, $what;
    next if $ok;
    chomp @why;
    print "# $_\n" for @why;
}
