#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Which columns there are at which width. What is right is worked out here, from
# the steps of the ladder, and never taken from the program: each header has to
# be the wanted one, to the cell. New columns of the program come in here first.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
require_screen
require_demo

# ---------------------------------------------------------------- ladders

# From left to right; ":r" stands at the right of its cells. PID has room for any:
# of a recording nobody knows how large they get.
flows_columns='PROCESS PID:r USER PROT STATE TIME:r D ADDRESS PORT CC CITY NETWORK
	RX/s:r TX/s:r RXp/s:r TXp/s:r RX:r TX:r'
# Each line is a step and gives columns so many cells; the first that does not
# fit ends it. A column also takes one cell for the blank before it.
flows_steps='ADDRESS 15
	PORT 5
	RX/s 5
	TX/s 5
	STATE 6
	PROCESS 8
	CC 2
	PROT 4
	TIME 4
	D 1
	ADDRESS 20
	PROCESS 10
	PORT 7
	ADDRESS 26
	PID 7
	ADDRESS 28
	PROCESS 12
	PORT 8
	RX 5 TX 5
	STATE 11
	ADDRESS 34
	CITY 8
	ADDRESS 39
	NETWORK 12
	USER 8
	PROCESS 15
	CITY 12
	NETWORK 18
	RXp/s 5 TXp/s 5
	TIME 6
	ADDRESS 46
	PORT 11
	NETWORK 22
	PROT 7'
# What is left over goes here, up to so many cells.
flows_rest='ADDRESS 64 PROCESS 40 NETWORK 40 CITY 24'

two_columns='PROCESS/PID PROT TIME:r => SOURCE PORT CC CITY NETWORK PKTS:r BYTES:r RATE:r'
two_steps='SOURCE 15
	PORT 5
	RATE 5
	BYTES 5
	=> 2
	PROCESS/PID 10
	PROT 4 TIME 4
	CC 2
	SOURCE 24
	PORT 8
	PROCESS/PID 14
	TIME 6
	SOURCE 30
	SOURCE 39
	CITY 10
	NETWORK 14
	PKTS 5
	PROT 7
	SOURCE 46
	PROCESS/PID 18
	NETWORK 20'
two_rest='SOURCE 64 PROCESS/PID 40 NETWORK 40 CITY 24'

one_columns='PROCESS PID:r USER PROT STATE TIME:r SOURCE SPORT SCC D DESTINATION DPORT CC
	CITY NETWORK RX/s:r TX/s:r RX:r TX:r'
one_steps='DESTINATION 15
	DPORT 5
	RX/s 5
	TX/s 5
	SOURCE 15
	SPORT 5
	STATE 6
	PROCESS 8
	PROT 4
	TIME 4
	D 1
	SCC 2 CC 2
	SOURCE 20
	PROCESS 10
	DESTINATION 28
	DPORT 7
	PID 7
	RX 5 TX 5
	SOURCE 28
	PROCESS 12
	DESTINATION 34
	STATE 11
	SOURCE 34
	CITY 8
	DESTINATION 39
	DPORT 9
	SOURCE 39
	NETWORK 13
	USER 8
	PROCESS 15
	TIME 6
	PROT 7
	CITY 12
	NETWORK 18'
one_rest='DESTINATION 64 SOURCE 50 PROCESS 40 NETWORK 40 CITY 24'

procs_columns='PROCESS PID:r USER FLOWS:r NEW:r HOSTS:r RX/s:r TX/s:r RX:r TX:r
	PEER UNIT COMMAND'
procs_steps='PROCESS 10
	RX/s 5
	TX/s 5
	FLOWS 5
	PID 7
	RX 5 TX 5
	USER 8
	PEER 15
	HOSTS 5
	PEER 24
	NEW 4
	PROCESS 16
	UNIT 22
	COMMAND 20
	PEER 46'
procs_rest='COMMAND 120 PEER 46'

hosts_columns='HOST ADDRESS CC CITY NETWORK FLOWS:r PROCS:r PORTS:r RX/s:r TX/s:r
	RX:r TX:r SEEN:r OWNER'
hosts_steps='HOST 20
	RX/s 5
	TX/s 5
	FLOWS 5
	CC 2
	RX 5 TX 5
	HOST 26
	OWNER 12
	SEEN 4
	PROCS 5
	HOST 34
	NETWORK 14
	CITY 10
	ADDRESS 15
	PORTS 5
	OWNER 16
	NETWORK 26
	HOST 39'
hosts_rest='HOST 64'

countries_columns='CC COUNTRY FLOWS:r HOSTS:r NETS:r RX/s:r TX/s:r RX:r TX:r %RX:r
	SHARE OWNER PEER'
countries_steps='CC 2
	RX/s 5
	TX/s 5
	FLOWS 5
	COUNTRY 14
	RX 5 TX 5
	HOSTS 5
	%RX 4
	OWNER 12
	SHARE 18
	NETS 4
	PEER 24
	OWNER 16
	SHARE 40
	COUNTRY 24'
countries_rest='PEER 46 SHARE 38 COUNTRY 33'

networks_columns='NETWORK IN/OUT FLOWS:r ESTAB:r HALF:r HOSTS:r RX/s:r TX/s:r RX:r TX:r
	OWNER PEER'
networks_steps='NETWORK 14
	RX/s 5
	TX/s 5
	FLOWS 5
	NETWORK 19
	RX 5 TX 5
	HOSTS 5
	OWNER 12
	HALF 4
	NETWORK 21
	IN/OUT 6
	ESTAB 5
	PEER 24
	OWNER 16
	NETWORK 33
	IN/OUT 11'
networks_rest='PEER 46 NETWORK 33'

ports_columns='SERVICE PORT:r PROT IN/OUT FLOWS:r ESTAB:r HALF:r HOSTS:r RX/s:r TX/s:r
	RX:r TX:r OWNER PEER'
ports_steps='SERVICE 8
	PORT 5
	RX/s 5
	TX/s 5
	FLOWS 5
	PROT 4
	RX 5 TX 5
	HOSTS 5
	OWNER 12
	HALF 4
	SERVICE 10
	IN/OUT 6
	ESTAB 5
	PEER 24
	OWNER 16
	SERVICE 15
	IN/OUT 11
	PROT 7'
ports_rest='PEER 46 OWNER 16'

# fit KIND WIDTH - cells of each column in $cells, the header in $wanted
declare -A cells
fit() {
	local columns=$1_columns steps=$1_steps rest=$1_rest
	local width=$2 used=0 cost step column title more i

	cells=()
	while read -ra step; do
		cost=0
		for ((i = 0; i < ${#step[@]}; i += 2)); do
			more=${cells[${step[i]}]:--1}
			cost=$((cost + step[i + 1] - more))
		done
		[ $((used + cost)) -le "$width" ] || break
		used=$((used + cost))
		for ((i = 0; i < ${#step[@]}; i += 2)); do
			cells[${step[i]}]=${step[i + 1]}
		done
	done <<<"${!steps}"
	read -ra rest <<<"${!rest}"
	for ((i = 0; i < ${#rest[@]}; i += 2)); do
		more=$((rest[i + 1] - ${cells[${rest[i]}]:-0}))
		[ "$more" -le $((width - used)) ] || more=$((width - used))
		[ -z "${cells[${rest[i]}]:-}" ] || [ "$more" -lt 0 ] || {
			cells[${rest[i]}]=$((cells[${rest[i]}] + more))
			used=$((used + more))
		}
	done
	wanted=
	for column in ${!columns}; do
		title=${column%:r}
		more=${cells[$title]:-}
		[ -n "$more" ] || continue
		case $title in
		'=>') title= ;; # has no title
		SCC) title=CC ;;
		PEER)
			title='BUSIEST PEER'
			[ "$1" = procs ] || title='BUSIEST HOST' ;;
		OWNER)
			title='BUSIEST PROCESS'
			[ ${#title} -le "$more" ] || title=${title:0:more - 1}~ ;;
		SHARE)
			title='SHARE OF RX+TX RATE'
			[ ${#title} -le "$more" ] || title=${title:0:more - 1}~ ;;
		UNIT) title='UNIT/CONTAINER' ;;
		PROCESS/PID)
			[ ${#title} -le "$more" ] || title='PROC/PID' ;;
		SOURCE)
			[ "$1" != two ] || title='SOURCE / DESTINATION'
			[ ${#title} -le "$more" ] || title='SOURCE / DEST' ;;
		esac
		if [ "$column" = "${column%:r}" ]; then
			printf -v title ' %-*s' "$more" "$title"
		else
			printf -v title ' %*s' "$more" "$title"
		fi
		wanted+=$title
	done
	wanted=${wanted%"${wanted##*[! ]}"}
}

# ---------------------------------------------------------------- captures

# tmux lets a quarter of a second pass between two sizes of one window, so the
# session has some windows with the same program.
WINDOWS=8

# starts ARGUMENTS... - all of them paused: nothing but the width is to change
starts() {
	local n

	screen_start 30 24 "$FLOWTOP" -46UTIPn -r "$DEMO" "$@"
	tm set default-size 30x24
	for ((n = 1; n < WINDOWS; n++)); do
		tm new-window -d bash "$work/run" \
			"$FLOWTOP" -46UTIPn -r "$DEMO" "$@" </dev/null
	done
	for ((n = 0; n < WINDOWS; n++)); do
		tm select-window -t ":$n"
		shows_in 4 "${first_row:-^>[^?]*[0-9KM]\$}" || return 1
		keys Space
		shows 'PAUSED' && sized "$n" 30 || return 1
	done
}

# sized WINDOW WIDTH - wait until its frame of that width is there: the order is
# written to the right end of row 2. All lines are in $now.
sized() {
	local end=$((SECONDS + PATIENCE))

	while :; do
		mapfile -t now < <(tm capture-pane -p -t ":$1")
		[ "${#now[2]}" != $(($2 - 1)) ] ||
			[ "${now[2]: -2}" != ' v' ] || break
		# On less there is no room for the order.
		[ "$2" -gt 21 ] || ! [[ "${now[2]}" =~ ^\[[1-6]\ [A-Z][a-z]*\]$ ]] || break
		[ "$SECONDS" -le "$end" ] || {
			diag "no frame of width $2: ${now[2]}"
			return 1
		}
		sleep 0.01
	done
}

# fits N WIDTH CHECK - its row 2 may be there before the others.
fits() {
	sized "$1" "$2" && $3 "$2" >/dev/null 2>&1
}

# at_widths CHECK WIDTH... - call it for each; the widths ascend
at_widths() {
	local check=$1 bad=0 n i

	shift
	before=
	while [ $# -gt 0 ]; do
		n=$(($# < WINDOWS ? $# : WINDOWS))
		for ((i = 0; i < n; i++)); do
			tm resize-window -t ":$i" -x "${@:i + 1:1}" -y 24
		done
		for ((i = 0; i < n; i++)); do
			fits $i "${@:i + 1:1}" "$check" ||
				within 1000 fits $i "${@:i + 1:1}" "$check" ||
				$check "${@:i + 1:1}" || bad=$((bad + 1))
			[ $bad -lt 5 ] || return 1
		done
		shift "$n"
	done
	[ $bad = 0 ]
}

# right_header KIND WIDTH
right_header() {
	fit "$1" "$2"
	[ "${now[3]}" = "$wanted" ] || {
		diag "width $2: |${now[3]}|"
		diag "instead of |$wanted|"
		return 1
	}
}

no_long_line() {
	local line

	for line in "${now[@]}"; do
		[ ${#line} -le "$1" ] || {
			diag "longer than $1: |$line|"
			return 1
		}
	done
}

# only_more WIDTH - each column of the last width is there
before=
only_more() {
	local title=${now[3]/DESTINATION/DEST} word

	title=${title/PROCESS\/PID/PROC\/PID}

	for word in $before; do
		[[ " $title " == *" $word "* ]] || {
			diag "width $1 lost $word: $title"
			return 1
		}
	done
	before=$title
}

# ---------------------------------------------------------------- flows

exactly() {
	right_header flows "$1"
}
flows() {
	no_long_line "$1" && right_header flows "$1" && only_more "$1"
}
starts
# shellcheck disable=SC2046 # numbers
tap_ok 'widths 20 to 220: its columns, no long line, nothing lost' \
	at_widths flows $(seq 20 220)
for width in 52 53 57 58 87 88 104 105 124 125 142 143 151 152 158 159 176 177 \
	     195 196; do
	tap_ok "width $width: exactly its columns" at_widths exactly "$width"
done

# A row has its values under the titles.
under_titles() {
	local at="${now[3]%% $1*} "

	[[ "${now[4]:${#at}:${#1}}" =~ $2 ]] || {
		diag "under $1: |${now[4]:${#at}:${#1}}|"
		return 1
	}
}
nothing() {
	:
}
at_widths nothing 180
for pair in 'PROT tcp|udp' 'STATE ^[A-Z]' 'D ^[<>=.]$' \
	    'ADDRESS ^[0-9a-f]' 'PORT ^[0-9]' 'RX/s [0-9KMG?-]$' \
	    'TXp/s [0-9KMG?-]$' \
	    'CC ^([A-Z][A-Z]|[?-] *)$' 'CITY ^[A-Z?-]' 'NETWORK ^(AS[0-9]|[?-])'; do
	tap_ok "${pair%% *} has its value below" \
		under_titles "${pair%% *}" "${pair#* }"
done

# ---------------------------------------------------------------- location

# without PATTERN - the ladder of flows has no such steps
without() {
	less_columns=$(tr -s ' \n\t' '\n' <<<"$flows_columns" | grep -vxE "$1")
	less_steps=$(grep -vE "($1) " <<<"$flows_steps")
	less_rest=$flows_rest
}
less() {
	right_header less "$1"
}
some_widths='52 53 80 104 125 143 152 165 193 220'
starts -G
without 'CC|CITY|NETWORK'
# shellcheck disable=SC2086 # numbers
tap_ok '-G: no columns of places' at_widths less $some_widths
# key_L PATTERN - once more in all windows; no column of PATTERN is there then
key_L() {
	local n

	without "$1"
	for ((n = 0; n < WINDOWS; n++)); do
		tm send-keys -t ":$n" L
	done
	# shellcheck disable=SC2086 # numbers
	at_widths settled $some_widths
}
# A key takes its time; the number of the window is that of at_widths.
settled() {
	fit less "$1"
	wait_for "$PATIENCE" is_wanted || right_header less "$1"
}
is_wanted() {
	# shellcheck disable=SC2154 # see above
	mapfile -t now < <(tm capture-pane -p -t ":$i")
	[ "${now[3]}" = "$wanted" ]
}
tap_ok 'key L: countries' key_L 'CITY|NETWORK'
tap_ok 'key L again: cities' key_L 'NETWORK'
tap_ok 'and again: networks' key_L 'no such column'
tap_ok 'and again: none of them' key_L 'CC|CITY|NETWORK'

# ---------------------------------------------------------------- -s

starts -s
# Lines that belong together are, and each says which end it is.
pairs() {
	local n=4 width=$1

	if [ "$width" -ge 140 ]; then
		[[ "${now[*]:4:18}" != *'=>'* ]]
		return
	fi
	[ "$width" -ge 37 ] || return 0
	for ((n = 4; n < 22; n += 2)); do
		[ -n "${now[n]}" ] || break
		[[ "${now[n]}" == *'=> '[0-9a-f]* &&
		   "${now[n + 1]}" == *'<= '[0-9a-f]* ]] || {
			diag "width $width: no pair: ${now[n]} / ${now[n + 1]}"
			return 1
		}
	done
	[ "$n" -gt 6 ]
}
source_too() {
	local kind=two

	[ "$1" -lt 140 ] || kind=one
	[ "$kind" = "${last_kind:-}" ] || before=
	last_kind=$kind
	no_long_line "$1" && right_header "$kind" "$1" && only_more "$1" &&
		pairs "$1"
}
tap_ok '-s: two lines below 140 cells, one from there on, and its columns' \
	at_widths source_too 20 22 27 28 33 34 36 37 40 46 47 48 56 57 58 60 61 64 \
	67 70 73 74 76 80 85 88 94 96 97 100 104 105 108 112 119 120 126 129 136 139 140 141 149 150 160 167 168 180 \
	190 193 194 200 206 211 220

# ---------------------------------------------------------------- processes

starts -g procs
procs() {
	no_long_line "$1" && right_header procs "$1" && only_more "$1"
}
# shellcheck disable=SC2046 # numbers
tap_ok 'processes: widths 20 to 220' at_widths procs $(seq 20 220)
only_procs() {
	right_header procs "$1"
}
for width in 22 23 28 29 36 37 48 49 57 58 73 74 79 80 93 94 122 123 143 144; do
	tap_ok "processes, width $width: exactly its columns" \
		at_widths only_procs "$width"
done
at_widths nothing 160
for pair in 'PROCESS ^firefox' 'FLOWS [0-9]$' 'HOSTS [0-9]$' 'RX/s [0-9KMG?-]$' \
	    'BUSIEST ^[0-9a-f]' 'COMMAND ^/usr'; do
	tap_ok "processes: ${pair%% *} has its value below" \
		under_titles "${pair%% *}" "${pair#* }"
done

# ---------------------------------------------------------------- other groups

first_row='^>.*[0-9]'
other() {
	no_long_line "$1" && right_header "$kind" "$1"
}
for kind in hosts countries networks ports; do
	starts -g "$kind"
	tap_ok "$kind: widths from 20 to 220, its columns" \
		at_widths other 21 26 27 33 36 38 39 42 48 50 54 56 59 69 72 73 74 78 80 \
		83 84 89 91 96 107 114 118 120 121 125 134 140 144 156 170 200 220
done
tap_done
