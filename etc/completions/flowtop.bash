# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# bash completion for flowtop(8). tests/lint/completions.t compares the option
# names with flowtop --help.

_flowtop_options='
	-4 --ipv4 -6 --ipv6 -T --tcp -U --udp -D --dccp -I --icmp -S --sctp
	-f --filter -i --iface -p --pid --user --hide --linger --local-net
	-g --group-by -o --sort --columns -s --show-src -b --bits -n --no-dns -G --no-geoip
	--geoip-dir
	-P --numeric-ports
	--color -C --no-color --ascii --theme --slow --mouse --no-mouse
	--config --no-config
	-t --interval -c --count
	--batch -1 --once -j --json --csv --events --wait
	-w --record -r --replay --speed -N --netns --track --no-sysctl
	--no-bpf --rcvbuf --max-flows --budget --restore --check --sandbox -u --update
	-v --version -h --help
'

# The names of ip netns, one for a line.
_flowtop_namespaces()
{
	local path

	for path in /run/netns/*; do
		[ -e "$path" ] && echo "${path##*/}"
	done
}

# What can be sorted by: the names, with a star before the usual columns.
_flowtop_columns()
{
	flowtop --columns help 2>/dev/null | sed -n '2,$s/^[* ] \([^ ]*\).*/\1/p'
	echo none
}

_flowtop_ifaces()
{
	local path

	for path in /sys/class/net/*; do
		[ -e "$path" ] && echo "${path##*/}"
	done
}

_flowtop_pids()
{
	local path

	for path in /proc/[1-9]*; do
		echo "${path##*/}"
	done
}

_flowtop()
{
	local word=${COMP_WORDS[COMP_CWORD]}
	local before=${COMP_WORDS[COMP_CWORD - 1]}
	local IFS=$' \t\n'

	COMPREPLY=()
	# "--hide=dns" comes as three words.
	if [ "$word" = '=' ]; then
		word=
	elif [ "$before" = '=' ]; then
		before=${COMP_WORDS[COMP_CWORD - 2]}
	fi
	# The last of several letters may take an argument: -46r
	case $before in
	--*) ;;
	-[!-]*) before=-${before: -1} ;;
	esac
	case $before in
	-r | --replay | -w | --record | --config)
		compopt -o filenames 2>/dev/null
		mapfile -t COMPREPLY < <(compgen -f -- "$word")
		;;
	--geoip-dir)
		compopt -o filenames 2>/dev/null
		mapfile -t COMPREPLY < <(compgen -d -- "$word")
		;;
	-N | --netns)
		mapfile -t COMPREPLY < <(compgen -W "$(_flowtop_namespaces)" -- "$word")
		;;
	-i | --iface)
		mapfile -t COMPREPLY < <(compgen -W "$(_flowtop_ifaces)" -- "$word")
		;;
	-p | --pid)
		mapfile -t COMPREPLY < <(compgen -W "$(_flowtop_pids)" -- "$word")
		;;
	-g | --group-by)
		mapfile -t COMPREPLY < <(compgen -W 'flows procs hosts countries networks ports' -- "$word")
		;;
	--user)
		mapfile -t COMPREPLY < <(compgen -u -- "$word")
		;;
	--hide)
		mapfile -t COMPREPLY < <(compgen -W 'loopback self dns none' -- "$word")
		;;
	--sandbox)
		mapfile -t COMPREPLY < <(compgen -W 'auto strict off' -- "$word")
		;;
	--color)
		mapfile -t COMPREPLY < <(compgen -W 'auto never always' -- "$word")
		;;
	--theme)
		mapfile -t COMPREPLY < <(compgen -f -W 'default cb mono light flowtop bright' -- "$word")
		;;
	-t | --interval)
		mapfile -t COMPREPLY < <(compgen -W '0.25 0.5 1 2 5 10 30 60' -- "$word")
		;;
	--wait)
		mapfile -t COMPREPLY < <(compgen -W '0 1 5 30' -- "$word")
		;;
	-o | --sort)
		mapfile -t COMPREPLY < <(compgen -W "$(_flowtop_columns)" -- "$word")
		;;
	-f | --filter | --columns | --linger | --local-net | -c | --count | --speed | --rcvbuf | \
		--max-flows | --budget) ;;
	*)
		mapfile -t COMPREPLY < <(compgen -W "$_flowtop_options" -- "$word")
		;;
	esac
}

complete -F _flowtop flowtop
