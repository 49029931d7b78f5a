#!/usr/bin/env perl
# SPDX-License-Identifier: GPL-2.0-only
#
# --help and flowtop(8) name the same options, and --help fits a screen. So do the key table and the page.
# When the program can list its columns, they belong into this table too.
use strict;
use warnings;
use Cwd qw(abs_path);
use File::Basename qw(dirname);

my $top = $ENV{TOP} || abs_path(dirname($0) . '/../..');
my $flowtop = $ENV{FLOWTOP} || ($ENV{BUILD} || "$top/build") . '/flowtop';
my $page = "$top/man/flowtop.8";

my $MAX_LINES = 60;
my $MAX_CELLS = 80;

# What is documented twice: name, how the program says it, how the page does.
my @PAIRS = (
    ['option', \&options_of_help, \&options_of_page],
    ['key', \&keys_of_table, \&keys_of_page],
);

sub skip {
    print "1..0 # SKIP @_\n";
    exit 0;
}

skip("$flowtop is not built") unless -x $flowtop;
skip('no man/flowtop.8') unless -r $page;

my @help = qx('$flowtop' --help </dev/null);
my $status = $?;
chomp @help;

# Every -x and --long in a line that begins with one. "-46UT" is not one.
sub options_of_help {
    my %found;
    for my $line (grep { /^\s+-/ } @help) {
        $found{$1} = 1
            while $line =~ /(?:^|(?<=[\s,(|\[]))(--[a-z0-9][a-z0-9-]*|-[A-Za-z0-9?])(?![\w-])/g;
    }
    return %found;
}

# .It Fl x , Fl -long Ar arg      .It Fl x , -long Ns = Ns Ar arg
sub options_of_page {
    my %found;
    open my $in, '<', $page or die "$page: $!";
    while (<$in>) {
        next unless /^\.\s*It\s+Fl\b/;
        s/\\-/-/g;
        s/\\&//g;
        my $is_flag = 0;
        for my $word (split) {
            if ($word eq 'Fl') {
                $is_flag = 1;
            } elsif ($word =~ /^(?:Ar|Ns|Op|Cm|Oo|Oc|Xo|Xc|Sm|No|Pa|Sy|Em|Li|Ap)$/) {
                $is_flag = 0;
            } elsif ($is_flag && $word !~ /^[,|:;.()]$/) {
                $found{"-$word"} = 1;
            }
        }
    }
    return %found;
}

# The names in the key table: "PgUp ^B", "one page up"
sub keys_of_table {
    my %found;
    open my $in, '<', "$top/src/ui/keys.c" or die "keys.c: $!";
    my $text = join '', <$in>;
    while ($text =~ /\},\s+"([^"]+)",\s+"[^"]+",\s+(?:NULL|"[^"]+"),\s+LIST_\w+,\s+(?:NULL|"[^"]+")\s+\}/g) {
        for my $name (split / /, $1) {
            $name =~ s/^\^(?=.)/Ctrl-/;
            $name =~ s/\\\\/\\/;
            $found{$name} = 1;
        }
    }
    return %found;
}

# .It Ic PgUp , Ctrl-B in the section on keys
sub keys_of_page {
    my (%found, $is_there);
    open my $in, '<', $page or die "$page: $!";
    while (<$in>) {
        $is_there = /KEYS/ if /^\.Sh/;
        next unless $is_there && s/^\.It Ic //;
        s/\\&//g;
        s/\\e/\\/g;
        $found{$_} = 1 for grep { $_ ne ',' } split;
    }
    return %found;
}

my @results;

sub check {
    my ($ok, $what, @why) = @_;
    push @results, [$ok, $what, @why];
}

check($status == 0 && @help, '--help works', "exit status $status");
check(@help <= $MAX_LINES, "--help has at most $MAX_LINES lines",
    scalar(@help) . ' lines');
my @wide = grep { length > $MAX_CELLS } @help;
check(!@wide, "no line of --help is longer than $MAX_CELLS", @wide);

for (@PAIRS) {
    my ($what, $says, $page_says) = @$_;
    my %program = $says->();
    my %manual = $page_says->();
    check(scalar(%program), "the program names every $what");
    my @secret = grep { !$manual{$_} } sort keys %program;
    my @invented = grep { !$program{$_} } sort keys %manual;
    check(!@secret, "every $what of the program is in the manual page",
        map { "not in the page: $_" } @secret);
    check(!@invented, "every $what of the manual page is in the program",
        map { "not in the program: $_" } @invented);
}

printf "1..%d\n", scalar @results;
my $n = 1;
for (@results) {
    my ($ok, $what, @why) = @$_;
    printf "%s %d - %s\n", $ok ? 'ok' : 'not ok', $n++, $what;
    next if $ok;
    print "# $_\n" for @why;
}
