#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# --columns and --sort in text, JSON and CSV: which columns, in which order, by
# what, and what is wrong with a list.

here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
export FLOWTOP="${FLOWTOP:-$top/build/flowtop}"
export TZ=UTC LC_ALL=C

cd "$here" || exit 1
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT

n=0
report() { # STATUS TEXT
	n=$((n + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $n - $2"
	else
		echo "not ok $n - $2"
	fi
}

# once OPTION... - the table at the end, in numbers
once() {
	"$FLOWTOP" -r demo.pcap --speed 0 -1 -46nPG "$@" \
		2>"$tmp/err" </dev/null
}

# gives TEXT EXPECTED COMMAND... - its output
gives() {
	local text=$1 expected=$2

	shift 2
	"$@" >"$tmp/out"
	echo "$expected" | diff - "$tmp/out" >"$tmp/diff"
	report $? "$text"
	sed 's/^/# /' "$tmp/diff" "$tmp/err" | head -n 20
}

# fails MESSAGE OPTION... - in one line, with exit status 2 and no output
fails() {
	local message=$1 status

	shift
	"$FLOWTOP" -r demo.pcap "$@" >"$tmp/out" 2>"$tmp/err" </dev/null
	status=$?
	[ $status -eq 2 ] && ! [ -s "$tmp/out" ] &&
		[ "$(cat "$tmp/err")" = "flowtop: $message" ]
	report $? "$message"
	[ "$(cat "$tmp/err")" = "flowtop: $message" ] ||
		sed "s/^/# exit status $status: /" "$tmp/err"
}

header() {
	once "$@" | sed -n '2s/  */ /gp'
}

first() {
	once "$@" | sed -n 1p
}

# ------------------------------------------------------------------ columns

gives 'text: a list' ' PROCESS ADDRESS RX/s PKTS' \
	header --columns process,ADDRESS,rx/s,pkts
gives 'changes' ' PROCESS PROT STATE TIME D ADDRESS PORT RX/s TX/s RXp/s TXp/s TX USER MARK' \
	header --columns -rx,-pid,+user,+mark
gives 'sources' ' PROCESS/PID SOURCE / DESTINATION RATE' \
	header -s --columns process,src_host,src_rate
gives 'CSV: these keys, in that order' 'dport,process,dst' \
	first --csv --columns dport,process,dst
gives 'JSON as well' '["dport","process","dst"]' \
	bash -c "$(declare -f once); once -j --columns dport,PROCESS,dst |
		sed -n 1p | jq -c keys_unsorted"
once --csv | sed -n 1p >"$tmp/all"
gives 'all without one' "$(sed 's/,labels,/,/; s/^ts,//; s/$/,ts/' "$tmp/all")" \
	first --csv --columns -labels,+ts
once --csv --columns "$(sed -n 1p "$tmp/all")" >"$tmp/listed"
once --csv | diff -q - "$tmp/listed" >"$tmp/diff"
report $? 'a list of all is all'
gives 'events, too' 'event,dport' bash -c \
	"'$FLOWTOP' -r life.pcap --speed 0 -46 --events --csv --columns event,dport | sed -n 1p"

# PEAK is never below what is, and what never moved has none.
once --columns rate,peak -o peak | awk '
	function number(s) {
		if (s == "-") return 0
		return s * (s ~ /K/ ? 1e3 : s ~ /M/ ? 1e6 : 1)
	}
	NR < 3 || /\?/ { next }
	{
		sub(/^[-+]/, "")
		n++
		bad += number($1) > number($2) || (last != "" && number($2) > last)
		last = number($2)
	}
	END { exit !(n > 20 && !bad) }'
report $? 'the highest rate is not below the present one'

# --------------------------------------------------------------------- sort

# orders OPTION JQ - the values of that expression never fall
orders() {
	once -j -o "$1" | jq -s "[.[] | $2 | select(. != null)] |
		length > 10 and . == sort" | grep -qx true
	report $? "-o $1"
}
orders -orig_bytes .orig_bytes
orders orig_bytes '-.orig_bytes'
orders +orig_bytes '-.orig_bytes'
orders process .process
orders -process .process
orders age '-.age'
orders -age .age
orders none .age
orders NONE .age
orders dport .dport
once -j -o +process | jq -s '[.[].process | select(. != null)] |
	. == (sort | reverse)' | grep -qx true
report $? '-o +process'
once -j -o pid | jq -s '[.[].pid] | (index(null) // length) as $n |
	.[$n:] | all(. == null)' | grep -qx true
report $? 'what is not known comes last'
once --columns address,rate -o -rate >"$tmp/up"
once --columns address,rate -o rate >"$tmp/down"
sed 1,2d "$tmp/up" | sort >"$tmp/a"
sed 1,2d "$tmp/down" | sort | diff -q - "$tmp/a" >"$tmp/diff" &&
	! cmp -s "$tmp/up" "$tmp/down"
report $? 'the same lines, another order'

# Whatever is listed can be sorted by, and no line is lost.
once -j | sort >"$tmp/a"
each_sorts() {
	local name

	for name in $("$FLOWTOP" "$@" -o help | sed -n 's/^[* ] \([a-z][a-z_]*\)  .*/\1/p'); do
		once -j -o "$name" | sort | cmp -s - "$tmp/a" || {
			echo "# $name"
			return 1
		}
	done
}
each_sorts --batch
report $? 'by each column'
each_sorts --json
report $? 'by each key'

# --------------------------------------------------------------------- help

for options in '--columns help' '-o help' '-j --columns help' '-s --columns help' \
	'-g ports --columns help' '-g hosts -o help'; do
	# shellcheck disable=SC2086
	"$FLOWTOP" $options >"$tmp/out" 2>"$tmp/err" </dev/null &&
		[ "$(wc -l <"$tmp/out")" -gt 10 ] && ! [ -s "$tmp/err" ] &&
		awk 'length > 80 { bad = 1 } END { exit bad }' "$tmp/out"
	report $? "$options"
done

# ------------------------------------------------------------------- errors

fails '--columns: unknown column "adress"; did you mean "address"?' \
	--batch --columns process,adress
fails '--columns: unknown column "quux" (help lists them)' --batch --columns quux
fails '--columns: unknown key "address" (help lists them)' -j --columns address
fails '--columns: unknown key "proces"; did you mean "process"?' \
	--csv --columns +proces
fails '--columns: either names or changes (+name, -name), not both' \
	--batch --columns process,-cc
fails '--columns: either names or changes (+name, -name), not both' \
	-j --columns +process,id
fails '--columns: names of columns with commas between' --batch --columns pid,,port
# Where a flow may have one line or two, too.
fails '--columns: names of columns with commas between' --batch -s --columns ,
fails '--columns: names of columns with commas between' --batch -s --columns ,pid
long=$(printf '%080d' 0)
fails "--columns: unknown column \"${long%0}\" (help lists them)" \
	--batch -s --columns "$long"
fails '--columns: column "pid" is there twice' --batch --columns pid,port,pid
fails '--columns: unknown column "quux" (help lists them)' \
	--batch -s --columns process,quux
fails '--sort: unknown column "ratte"; did you mean "rate"?' --batch -o ratte
fails '--sort: unknown column "" (help lists them)' -j -o -
fails '--sort: unknown column "hosts" (help lists them)' --batch -o hosts

echo "1..$n"
