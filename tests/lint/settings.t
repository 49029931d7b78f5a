#!/usr/bin/env perl
# SPDX-License-Identifier: GPL-2.0-only
#
# The keys of settings, and the actions of keys, are the same in the program, in
# flowtop.conf(5) and in etc/flowtop.conf; and the program takes every line of
# the latter.
use strict;
use warnings;
use Cwd qw(abs_path);
use File::Basename qw(dirname);
use File::Temp qw(tempfile);

my $top = $ENV{TOP} || abs_path(dirname($0) . '/../..');
my $flowtop = $ENV{FLOWTOP} || ($ENV{BUILD} || "$top/build") . '/flowtop';
my $recording = "$top/tests/replay/demo.pcap";
my $n = 0;

sub content {
    my ($path) = @_;
    open my $in, '<', "$top/$path" or die "$path: $!";
    local $/;
    return scalar <$in>;
}

sub check {
    my ($what, @bad) = @_;
    printf "%s %d - %s\n", @bad ? 'not ok' : 'ok', ++$n, $what;
    print "# $_\n" for @bad;
}

sub lacking {
    my ($from, $in) = @_;
    return sort grep { !$in->{$_} } keys %$from;
}

# Rows of both tables; a name that ends with a dot stands for many.
my (%keys, %actions);
my ($options) = content('src/options.c') =~ /option_row options\[\] = \{(.*?)\n\};/s;
for (split /\n/, $options) {
    $keys{$1} = 1 if /^\t\{ [^,]+, "([\w-]+)",/ && !/FROM_LINE/ && !/, NULL, \w+ \},$/;
}
my ($others) = content('src/settingskeys.c') =~ /\} keys\[\] = \{(.*?)\n\};/s;
$keys{$1} = 1 while $others =~ /\{ "([\w.-]+)",/g;
my ($bindings) = content('src/ui/keys.c') =~ /binding bindings\[\] = \{(.*?)\n\};/s;
for ($bindings =~ /LIST_\w+, "([^"]+)" \},/g) {
    $actions{$_} = 1 for split;
}
my @unnamed = $bindings =~ /(LIST_(?!FOUND)\w+(?:, NULL)? \},)/g;
check('the program has keys and actions', keys %keys && keys %actions ? () : 'none');
check('every binding names its actions', @unnamed);

# .It Cm key , key , key      .It Cm key. Ns Ar name
sub words_of {
    my ($text) = @_;
    my %found;
    for my $line ($text =~ /^\.It Cm (.*)/mg) {
        $line =~ s/ Ns Ar name//;
        $found{$_} = 1 for grep { $_ ne ',' } split ' ', $line;
    }
    return \%found;
}
my $page = content('man/flowtop.conf.5');
my ($of_keys, $of_actions) = $page =~ /^\.Sh OPTIONS\n(.*?)^\.Ss Actions\n(.*?)^\.Sh /ms;
my $paged = words_of($of_keys || '');
check('every key is in the manual page', lacking(\%keys, $paged));
check('every key of the page is in the program', lacking($paged, \%keys));
$paged = words_of($of_actions || '');
check('every action is in the manual page', lacking(\%actions, $paged));
check('every action of the page is in the program', lacking($paged, \%actions));

my $sample = content('etc/flowtop.conf');
my %sampled;
$sampled{$1 =~ s/^(key|filter)\..*/$1./r} = 1 while $sample =~ /^#([\w.-]+) = /mg;
check('every key is in etc/flowtop.conf', lacking(\%keys, \%sampled));
check('every key there is in the program', lacking(\%sampled, \%keys));
check('all of it is commented out', grep { /^[^#]/ } split /\n/, $sample);

if (-x $flowtop && -r $recording) {
    my ($out, $path) = tempfile(UNLINK => 1);
    # Those of the system only are not for this file.
    print $out join '', map { "$_\n" } grep { !/^(?:netns|track|no-sysctl|no-bpf|rcvbuf|sandbox) / }
        map { s/^#//r } grep { /^#[\w.-]+ = / } split /\n/, $sample;
    close $out;
    my @said = qx('$flowtop' --config '$path' -r '$recording' -1 2>&1 >/dev/null </dev/null);
    chomp @said;
    check('the program takes each line', @said);
} else {
    printf "ok %d - the program takes each line # SKIP it is not built\n", ++$n;
}
print "1..$n\n";
