#!/usr/bin/env perl
# SPDX-License-Identifier: GPL-2.0-only
#
# Every word of the filter language stands in flowtop-filter(7), and the page
# names no word that the language does not have.
use strict;
use warnings;
use Cwd qw(abs_path);
use File::Basename qw(dirname);

my $top = $ENV{TOP} || abs_path(dirname($0) . '/../..');

# What the page may say in the same type, beside words of the table: states,
# bits of the status, units, signs.
my %other = map { $_ => 1 } qw(
    syn-sent syn-sent2 syn-recv established fin-wait close-wait last-ack
    time-wait close estab tw seen-reply confirmed
    k M G T Ki Mi Gi Ti bit kbit Mbit Gbit ms s m h d
    = == : != < <= > >= ~ !~ ! && & || |
);

sub text_of {
    my ($path) = @_;
    open my $in, '<', "$top/$path" or die "$path: $!";
    local $/;
    return scalar <$in>;
}

# The first string of each row between the braces of the table.
sub words_of_table {
    my ($text) = @_;
    my ($table) = $text =~ /filter_words\[\] = \{\n(.*?)\n\};/s
        or die 'no table of words';
    my %found;
    while ($table =~ /^\t(?:\w+\(|\{ \.name = )"([^"]+)"/mg) {
        $found{$1} = 1;
    }
    my $rows = () = $table =~ /^\t[\w{]/mg;
    die "read only some of $rows rows" unless $rows == keys %found;
    return %found;
}

sub words_of_page {
    my ($text) = @_;
    my %found;
    for my $line (split /\n/, $text) {
        next unless $line =~ s/^\.(?:It )?Cm //;
        $line =~ s/\\&//g;
        for my $word (split ' ', $line) {
            last if $word =~ /^(?:Ar|Ns|Ta|No|Pq|Op)$/;
            next if $word =~ /^[,.;()]$/;
            $found{$word} = 1;
        }
    }
    return %found;
}

my $n = 0;

sub check {
    my ($what, @bad) = @_;
    printf "%s %d - %s\n", @bad ? 'not ok' : 'ok', ++$n, $what;
    print "# $_\n" for @bad;
}

sub missing {
    my ($table, $page) = @_;
    return map { "not in the page: $_" } grep { !$page->{$_} } sort keys %$table;
}

my %table = words_of_table(text_of('src/filter/words.c'));
my %page = words_of_page(text_of('man/flowtop-filter.7'));

print "1..4\n";
check('there are words', keys %table > 50 ? () : scalar(keys %table) . ' words');
check('every word of the language is in flowtop-filter(7)', missing(\%table, \%page));
check('every word of flowtop-filter(7) is in the language',
    map { "not in the table: $_" } grep { !$table{$_} && !$other{$_} } sort keys %page);
my %planted = (%table, planted => 1);
check('a word that is missing is found',
    missing(\%planted, \%page) == 1 + missing(\%table, \%page) ? () : 'planted');
