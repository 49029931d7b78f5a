#!/usr/bin/env perl
# SPDX-License-Identifier: GPL-2.0-only
#
# Who may include whom. The tables are the rules; the rest reads the sources
# and compares. At the end violations are planted in a copy of the tree, each
# of which has to be found.
use strict;
use warnings;
use Cwd qw(abs_path);
use File::Basename qw(dirname);
use File::Find;
use File::Path qw(make_path);
use File::Temp qw(tempdir);

# Folder (or file at the top of src/ and include/) and what it may include
# besides itself, its own header and the generated config.h. "*" is everything,
# "!x" takes x away again.
my $LAYERS = <<'END';
lib
net        lib/
fact       lib/ net/
filter     lib/ net/
flow       lib/ net/ fact/
source     lib/ net/ fact/ flow/sample.h flow/info.h broker/request.h health.h
enrich     lib/ net/ fact/ broker/finder.h
broker     lib/ net/
view       lib/ net/ fact/ filter/ flow/reader.h flow/info.h flow/procs.h flow/host.h
output     lib/ net/ view/ health.h
ui         lib/ net/ view/ health.h fact/ filter/
check      lib/ net/ broker/ enrich/births.h enrich/geo.h enrich/geofiles.h enrich/geodb.h source/procfile.h source/events.h health.h options.h settings.h ui/draw.h ui/probe.h
health     lib/
collector  * !ui/ !output/ !view/
intake     * !ui/ !output/ !view/
attribution * !ui/ !output/ !view/
batch      * !ui/ !flow/writer.h
batchevents * !ui/ !flow/writer.h
batchstate * !ui/ !flow/writer.h
batchnames lib/ net/ view/ naming.h options.h
screen     * !flow/writer.h
live       * !ui/ !output/ !view/ !flow/writer.h
ownership  * !ui/ !output/ !view/ !flow/writer.h
naming     lib/ enrich/ fact/ filter/ net/ view/ends.h options.h
filtering  lib/ filter/ view/match.h options.h settings.h
signals    lib/
themes     lib/ ui/theme.h options.h settings.h
settings   lib/ filter/expr.h broker/scribe.h ui/keymap.h optionkeys.h options.h
settingskeys lib/ view/choice.h ui/views.h ui/keymap.h columnopts.h optionkeys.h options.h settings.h
settingswords lib/ filter/expr.h settings.h
saving     lib/ broker/scribe.h settings.h
optionkeys lib/
columnopts lib/ view/ ui/views.h options.h
options    * !flow/writer.h
main       * !flow/writer.h
END

# Headers that only some files or folders may name.
my $HEADERS = <<'END';
flow/writer\.h                    src/intake.c src/attribution.c src/flow/
flow/(own|procwriter)\.h          src/flow/ include/flow/own.h
n?curses(w?/.*)?\.h               src/ui/
urcu(/.*|-.*)?\.h                 include/lib/rcu.h
(pthread|threads)\.h              src/lib/ include/lib/
seccomp\.h                        src/lib/
maxminddb\.h                      src/enrich/geodb.c
libmnl/.*                         src/source/ src/broker/ src/net/nftbatch.c src/enrich/diagmsg.c src/enrich/sockdiag.c src/enrich/spaces.c
libnetfilter_conntrack/.*         src/source/ src/broker/
END

# Where a .c file may contain #if, #ifdef and the like.
my $CONDITIONALS = 'src/lib/';

my %may;
for (split /\n/, $LAYERS) {
    my ($who, @what) = split;
    $may{$who} = \@what;
}
my @only;
for (split /\n/, $HEADERS) {
    my ($pattern, @where) = split;
    push @only, [qr/^(?:$pattern)$/, @where];
}

sub is_below {
    my ($path, @places) = @_;
    for my $place (@places) {
        return 1 if $path eq $place;
        return 1 if $place =~ m{/$} && index($path, $place) == 0;
    }
    return 0;
}

sub may_include {
    my ($layer, $path, $header) = @_;
    return 1 if $header eq 'config.h' || $header eq "$layer.h";
    return 1 if index($header, "$layer/") == 0;
    my $answer = 0;
    for my $rule (@{ $may{$layer} }) {
        if ($rule =~ /^!(.*)/) {
            $answer = 0 if is_below($header, $1);
        } else {
            $answer = 1 if $rule eq '*' || is_below($header, $rule);
        }
    }
    # A file that a header rule names is allowed that header.
    for (@only) {
        my ($pattern, @where) = @$_;
        $answer = 1 if $header =~ $pattern && is_below($path, @where);
    }
    return $answer;
}

sub check_file {
    my ($root, $path) = @_;
    my @bad;
    my $layer = $path =~ m{^(?:src|include)/([^/]+?)(?:/|\.[ch]$)} ? $1 : '';
    return ("$path: no layer \"$layer\" in the table") unless $may{$layer};

    open my $in, '<', "$root/$path" or return ("$path: $!");
    while (<$in>) {
        if ($path =~ /\.c$/ && index($path, $CONDITIONALS) != 0
            && /^\s*#\s*(if|ifdef|ifndef)\b/) {
            push @bad, "$path:$.: #$1 outside $CONDITIONALS";
        }
        next unless /^\s*#\s*include\s*([<"])([^>"]+)[>"]/;
        my ($quote, $header) = ($1, $2);
        for (@only) {
            my ($pattern, @where) = @$_;
            push @bad, "$path:$.: $header is only for @where"
                if $header =~ $pattern && !is_below($path, @where);
        }
        next if $quote eq '<';
        push @bad, "$path:$.: $layer may not include $header"
            unless may_include($layer, $path, $header);
        push @bad, "$path:$.: no such file include/$header"
            unless $header eq 'config.h' || -e "$root/include/$header";
    }
    close $in;
    return @bad;
}

sub sources {
    my ($root) = @_;
    my @found;
    for my $top (grep { -d "$root/$_" } qw(src include)) {
        find({ no_chdir => 1, wanted => sub {
            push @found, substr($_, length("$root/")) if -f && /\.[ch]$/;
        } }, "$root/$top");
    }
    return sort @found;
}

sub violations {
    my ($root) = @_;
    return map { check_file($root, $_) } sources($root);
}

# ------------------------------------------------------------------ planted

# File, line. Each breaks one rule.
my @PLANTED = (
    ['src/lib/planted.c',      '#include "net/addr.h"'],
    ['src/lib/planted.c',      '#include <urcu.h>'],
    ['include/lib/planted.h',  '#include <urcu/rculfhash.h>'],
    ['src/net/planted.c',      '#include "flow/reader.h"'],
    ['src/fact/planted.c',     '#include "flow/reader.h"'],
    ['src/flow/planted.c',     '#include "view/row.h"'],
    ['src/source/planted.c',   '#include "flow/reader.h"'],
    ['src/source/planted.c',   '#include <pthread.h>'],
    ['src/broker/planted.c',   '#include <seccomp.h>'],
    ['src/enrich/planted.c',   '#include "flow/sample.h"'],
    ['src/enrich/planted.c',   '#include <libmnl/libmnl.h>'],
    ['src/enrich/planted.c',   '#include "broker/request.h"'],
    ['src/enrich/planted.c',   '#include "broker/procwalk.h"'],
    ['src/broker/planted.c',   '#include "flow/sample.h"'],
    ['src/broker/planted.c',   '#include "fact/proc.h"'],
    ['src/broker/planted.c',   '#include "ui/ui.h"'],
    ['src/view/planted.c',     '#include "flow/writer.h"'],
    ['src/view/planted.c',     '#include "flow/procwriter.h"'],
    ['src/intake.c',           '#include "flow/procwriter.h"'],
    ['src/view/planted.c',     '#include <curses.h>'],
    ['src/output/planted.c',   '#include <ncurses.h>'],
    ['src/output/planted.c',   '#include <ncursesw/curses.h>'],
    ['src/ui/planted.c',       '#include "flow/reader.h"'],
    ['src/ui/planted.c',       '#include "collector.h"'],
    ['src/ui/planted.c',       '#include "nowhere/nothing.h"'],
    ['src/check/planted.c',    '#include "source/conntrack.h"'],
    ['src/check/planted.c',    '#include "collector.h"'],
    ['src/main.c',             '#include "flow/writer.h"'],
    ['src/main.c',             '#include <libmnl/libmnl.h>'],
    ['src/collector.c',        '#include "ui/ui.h"'],
    ['include/collector.h',    '#include "flow/writer.h"'],
    ['src/view/planted.c',     '#ifdef PLANTED'],
    ['src/ui/planted.c',       '# if 0'],
    ['src/planted.c',          'int planted;'],
    ['src/flow/planted.c',     '  #  include   <libnetfilter_conntrack/libnetfilter_conntrack.h>'],
);

sub copy_tree {
    my ($from, $to) = @_;
    for my $path (sources($from)) {
        make_path(dirname("$to/$path"));
        open my $in, '<', "$from/$path" or die "$path: $!";
        open my $out, '>', "$to/$path" or die "$path: $!";
        local $/;
        print $out scalar <$in>;
        close $out or die "$path: $!";
    }
}

sub is_found {
    my ($root, $path, $line) = @_;
    my $file = "$root/$path";
    make_path(dirname($file));
    my $old;
    if (open my $in, '<', $file) {
        local $/;
        $old = <$in>;
    }
    open my $out, '>', $file or die "$file: $!";
    print $out $line, "\n", $old // '';
    close $out or die "$file: $!";
    my @bad = grep { /^\Q$path\E:(1:| no layer)/ } violations($root);
    unlink $file;
    if (defined $old) {
        open $out, '>', $file or die "$file: $!";
        print $out $old;
        close $out or die "$file: $!";
    }
    return scalar @bad;
}

my $top = $ENV{TOP} || abs_path(dirname($0) . '/../..');
my @files = sources($top);
printf "1..%d\n", 2 + @PLANTED;

my $n = 1;
printf "%s %d - there are sources to check\n", @files ? 'ok' : 'not ok', $n++;

my @bad = violations($top);
printf "%s %d - every include keeps to its layer\n", @bad ? 'not ok' : 'ok', $n++;
print "# $_\n" for @bad;

my $copy = tempdir(CLEANUP => 1);
copy_tree($top, $copy);
for (@PLANTED) {
    my ($path, $line) = @$_;
    printf "%s %d - planted in %s and found: %s\n",
        is_found($copy, $path, $line) ? 'ok' : 'not ok', $n++, $path,
        $line =~ s/#/\\#/r;
}
