#!/usr/bin/env perl
# SPDX-License-Identifier: GPL-2.0-only
#
# The processes that keep a privilege stay small: 800 lines of code, without
# blank lines and comments, for the broker, which may change things; 750 for the
# finder, which may look at them (procwalk.c, finder?*.c); 300 for the scribe,
# which has no privilege, but a file of root if root has logged in. request.c,
# finder.c, scribe.c and tracktext.c are main's side of them.
use strict;
use warnings;
use Cwd qw(abs_path);
use File::Basename qw(dirname);

my ($MAX, $MAX_FINDER, $MAX_SCRIBE) = (800, 750, 300);
my $top = $ENV{TOP} || abs_path(dirname($0) . '/../..');
my @files = grep { !m{/(request|finder|tracktext|scribe)\.c$} } glob "$top/src/broker/*.c";
my ($sum, $finder, $scribe) = (0, 0, 0);

print "1..4\n";
printf "%s 1 - there is a broker\n", @files ? 'ok' : 'not ok';
for my $file (@files) {
    open my $in, '<', $file or die "$file: $!";
    local $/;
    my $text = <$in>;
    $text =~ s{/\*.*?\*/|//[^\n]*}{}gs;
    my $n = grep { /\S/ } split /\n/, $text;
    print "# $n ", $file =~ s{^\Q$top\E/}{}r, "\n";
    $file =~ m{/(procwalk|finder\w*)\.c$} ? ($finder += $n)
        : $file =~ m{/scribe\w*\.c$} ? ($scribe += $n) : ($sum += $n);
}
printf "%s 2 - it has no more than $MAX lines\n", $sum <= $MAX ? 'ok' : 'not ok';
print "# $sum lines\n";
printf "%s 3 - the finder has no more than $MAX_FINDER\n",
    $finder <= $MAX_FINDER ? 'ok' : 'not ok';
print "# $finder lines\n";
printf "%s 4 - the scribe has no more than $MAX_SCRIBE\n",
    $scribe <= $MAX_SCRIBE ? 'ok' : 'not ok';
print "# $scribe lines\n";
