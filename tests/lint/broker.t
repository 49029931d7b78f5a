#!/usr/bin/env perl
# SPDX-License-Identifier: GPL-2.0-only
#
# The process that keeps a privilege stays small: 800 lines of code, without
# blank lines and comments; 1200 with the other one, which finds the processes
# of flows (procwalk.c, finder?*.c). request.c, finder.c and tracktext.c are
# main's side of them.
use strict;
use warnings;
use Cwd qw(abs_path);
use File::Basename qw(dirname);

my ($MAX, $MAX_WALK) = (800, 1200);
my $top = $ENV{TOP} || abs_path(dirname($0) . '/../..');
my @files = grep { !m{/(request|finder|tracktext)\.c$} } glob "$top/src/broker/*.c";
my ($sum, $walk) = (0, 0);

print "1..3\n";
printf "%s 1 - there is a broker\n", @files ? 'ok' : 'not ok';
for my $file (@files) {
    open my $in, '<', $file or die "$file: $!";
    local $/;
    my $text = <$in>;
    $text =~ s{/\*.*?\*/|//[^\n]*}{}gs;
    my $n = grep { /\S/ } split /\n/, $text;
    print "# $n ", $file =~ s{^\Q$top\E/}{}r, "\n";
    $file =~ m{/(procwalk|finder\w*)\.c$} ? ($walk += $n) : ($sum += $n);
}
printf "%s 2 - it has no more than $MAX lines\n", $sum <= $MAX ? 'ok' : 'not ok';
print "# $sum lines\n";
printf "%s 3 - with the walk no more than $MAX_WALK\n",
    $sum + $walk <= $MAX_WALK ? 'ok' : 'not ok';
