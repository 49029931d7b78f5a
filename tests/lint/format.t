#!/usr/bin/env perl
# SPDX-License-Identifier: GPL-2.0-only
#
# What a reader should not have to look at twice: licence lines, left-over
# notes, long files, layout.
use strict;
use warnings;
use Cwd qw(abs_path);
use File::Basename qw(dirname);
use File::Find;

my $top = $ENV{TOP} || abs_path(dirname($0) . '/../..');
chdir $top or die "$top: $!";

my $LICENCE = 'SPDX-License-Identifier: GPL-2.0-only';
my $NOTES = qr/\b(?:TO(?:)DO|FIX(?:)ME|X(?:)XX|HA(?:)CK)\b/;
my $MAX_LINES = 500;

# Tables grow with what they list; everything else is split instead.
my @TABLES = qw(
    src/net/proto.c
    src/options.c
    src/ui/keys.c
    src/view/columns.c
);

# Layouts differ between releases; this one decides.
my $FORMATTER = 'clang-format';
my $RELEASE = 14;

my (@c_files, @scripts);
find({ no_chdir => 1, wanted => sub {
    return unless -f;
    if (/\.[ch]$/) {
        push @c_files, $_;
    } elsif (/\.(?:t|sh|py|pl)$/) {
        push @scripts, $_;
    }
} }, grep { -d } qw(src include tests));
push @scripts, grep { -f } qw(configure Makefile .ci/run);
@c_files = sort @c_files;

my (@unlicensed, @notes, @long);
my %is_table = map { $_ => 1 } @TABLES;
for my $file (@c_files, sort @scripts) {
    open my $in, '<', $file or die "$file: $!";
    my $licensed = 0;
    my $lines = 0;
    while (<$in>) {
        $lines++;
        $licensed = 1 if $lines <= 5 && index($_, $LICENCE) >= 0;
        push @notes, "$file:$.: $_" if /$NOTES/;
    }
    close $in;
    push @unlicensed, $file unless $licensed;
    push @long, "$file: $lines lines"
        if $lines > $MAX_LINES && $file =~ m{^(?:src|include)/} && !$is_table{$file};
}

my $n = 0;

sub check {
    my ($what, @bad) = @_;
    printf "%s %d - %s\n", @bad ? 'not ok' : 'ok', ++$n, $what;
    for (@bad) {
        chomp;
        print "# $_\n";
    }
}

print "1..4\n";
check('every source file names its licence', @unlicensed);
check('no notes to ourselves', @notes);
check("no file has more than $MAX_LINES lines", @long);

my $version = qx($FORMATTER --version 2>/dev/null);
if ($version !~ /version (\d+)/) {
    printf "ok %d - layout # SKIP %s is missing\n", ++$n, $FORMATTER;
} elsif ($1 != $RELEASE) {
    printf "ok %d - layout # SKIP %s %d decides, this is %d\n", ++$n,
        $FORMATTER, $RELEASE, $1;
} elsif (!@c_files) {
    printf "ok %d - layout # SKIP no C files\n", ++$n;
} else {
    my @said;
    for my $file (@c_files) {
        my @complaints = grep { /: (?:error|warning):/ }
            qx($FORMATTER --dry-run -Werror '$file' 2>&1);
        next unless $?;
        my ($first) = (@complaints, '') ;
        push @said, sprintf("%s: %d places, first: %s", $file, scalar @complaints, $first);
    }
    check("layout is what $FORMATTER makes of it", @said);
}
