# SPDX-License-Identifier: GPL-2.0-only
#
# fish completion for flowtop(8). tests/lint/completions.t compares the option
# names with flowtop --help.

function __flowtop_namespaces
    for path in /run/netns/*
        basename $path
    end
end

function __flowtop_columns
    flowtop --columns help 2>/dev/null | sed -n '2,$s/^[* ] \([^ ]*\).*/\1/p'
    echo none
end

complete -c flowtop -f

complete -c flowtop -s 4 -l ipv4 -d 'IPv4 flows'
complete -c flowtop -s 6 -l ipv6 -d 'IPv6 flows'
complete -c flowtop -s T -l tcp -d 'TCP'
complete -c flowtop -s U -l udp -d 'UDP and UDP-Lite'
complete -c flowtop -s D -l dccp -d 'DCCP'
complete -c flowtop -s I -l icmp -d 'ICMP and ICMPv6'
complete -c flowtop -s S -l sctp -d 'SCTP'
complete -c flowtop -s f -l filter -x -d 'Flows that match this'
complete -c flowtop -s i -l iface -x -a '(__fish_print_interfaces)' -d 'Flows of these interfaces'
complete -c flowtop -s p -l pid -x -a '(__fish_complete_pids)' -d 'Flows of these processes'
complete -c flowtop -l user -x -a '(__fish_complete_users)' -d 'Flows of these users'
complete -c flowtop -l hide -x -a 'loopback self dns none' -d 'Kinds of flows to hide'
complete -c flowtop -l linger -x -d 'Keep closed flows visible, in seconds'
complete -c flowtop -l local-net -x -d 'Networks on the near side of forwarded flows'

complete -c flowtop -s g -l group-by -x -a 'flows procs hosts countries networks ports' -d 'Start with that view'
complete -c flowtop -s o -l sort -x -a '(__flowtop_columns)' -d 'Sort by a column'
complete -c flowtop -l columns -x -d 'Columns, or changes to the usual ones'
complete -c flowtop -s s -l show-src -d 'Source as well'
complete -c flowtop -s b -l bits -d 'Rates in bits per second'
complete -c flowtop -s n -l no-dns -d 'Addresses, no host names'
complete -c flowtop -s G -l no-geoip -d 'No countries, cities and networks'
complete -c flowtop -l geoip-dir -x -a '(__fish_complete_directories)' -d 'The only place to look for GeoIP files'
complete -c flowtop -s P -l numeric-ports -d 'Numbers of ports, no names of services'
complete -c flowtop -l color -x -a 'auto never always' -d 'Colours'
complete -c flowtop -s C -l no-color -d 'No colours'
complete -c flowtop -l ascii -d 'No signs beyond ASCII'
complete -c flowtop -l theme -r -a 'default cb mono light flowtop bright' -d 'How things look'
complete -c flowtop -l slow -d 'For slow lines'
complete -c flowtop -l config -r -F -d 'Settings of this file alone'
complete -c flowtop -l no-config -d 'No settings'
complete -c flowtop -l mouse -d 'Obey the mouse'
complete -c flowtop -l no-mouse -d 'Do not obey the mouse'
complete -c flowtop -s t -l interval -x -a '0.25 0.5 1 2 5 10 30 60' -d 'Seconds between refreshes'
complete -c flowtop -s c -l count -x -d 'Stop after so many refreshes'

complete -c flowtop -l batch -d 'Text, without a screen'
complete -c flowtop -s 1 -l once -d 'One table'
complete -c flowtop -s j -l json -d 'JSON, one object for a line'
complete -c flowtop -l csv -d 'CSV'
complete -c flowtop -l events -d 'A line for each new and each ended flow'
complete -c flowtop -l wait -x -a '0 1 5 30' -d 'Seconds to wait for host names before the first table'

complete -c flowtop -s w -l record -r -F -d 'Write a recording'
complete -c flowtop -s r -l replay -r -F -d 'Show a recording'
complete -c flowtop -l speed -x -a '0 1 2 10' -d 'Of the replay'
complete -c flowtop -s N -l netns -x -a '(__flowtop_namespaces)' -d 'Work in that network namespace'
complete -c flowtop -l track -d 'Track connections while flowtop runs'
complete -c flowtop -l check -d 'What works here and what is missing'
complete -c flowtop -l restore -d 'Put back what a killed flowtop left on'
complete -c flowtop -l sandbox -x -a 'auto strict off' -d 'Confine itself'
complete -c flowtop -l no-sysctl -d 'Leave nf_conntrack_acct and _timestamp alone'
complete -c flowtop -l no-bpf -d 'Do not watch the births of sockets by BPF'
complete -c flowtop -l rcvbuf -x -d 'Buffer for events, in bytes'
complete -c flowtop -l max-flows -x -d 'Store no more flows'
complete -c flowtop -l budget -x -d 'Per cent of one core for re-reading the table'
complete -c flowtop -s u -l update -d 'Update the GeoIP databases'

complete -c flowtop -s v -l version -d 'Print the version'
complete -c flowtop -s h -l help -d 'Print the options'
