#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# How things look: themes, those of files, and what the terminal says of itself.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
require_screen
require_demo

with_attributes() {
	tm capture-pane -pe
}

# looks TEXT - wait for it, with attributes: a pattern of grep -P.
looks() {
	wait_for "$PATIENCE" looks_now "$1"
}
looks_now() {
	with_attributes | grep -qP -- "$1"
}
looks_not() {
	! looks_now "$1"
}

show_theme() {
	screen_start 80 24 env TERM="${AS:-screen-256color}" "$FLOWTOP" -46UT \
		-r "$DEMO" "$@"
	cursor_on 4
}

# ---------------------------------------------------------------- built in

show_theme --theme default
tap_ok 'default: addresses are cyan' looks '\e\[36m[^\e]*mirror\.linux'
show_theme --theme cb
tap_ok 'cb: new flows have a cyan mark, or none is new' looks '\e\[36m'
tap_ok 'cb: no red, green, blue, magenta' looks_not '\e\[[0-9;]*\b3[1245]m'
show_theme --theme mono
tap_ok 'mono: no colours' looks_not '\e\[[0-9;]*\b3[0-7]m'
tap_ok 'mono: reverse' looks '\e\[7m'
show_theme --theme light
tap_ok 'light: addresses are blue' looks '\e\[34m[^\e]*mirror\.linux'
show_theme --theme flowtop
tap_ok 'flowtop: the title is black on green' looks '\e\[30m\e\[42m flowtop'
tap_ok 'flowtop: addresses are blue and bold' \
	looks '\e\[1m\e\[34m[^\e]*mirror\.linux|\e\[34m\e\[1m[^\e]*mirror\.linux'
tap_ok 'flowtop: the background ends with the title' \
	looks_not '\e\[42m[^\e]*mirror\.linux'

# A row changes its colours four times at most, and they are switched off.
changes_in_row() {
	with_attributes | sed -n '6,22p' | awk '
		{ n = gsub(/(\033\[(3[0-7]|[14]|38;5;[0-9]+)m)+/, "") }
		n > 4 { bad = 1; print NR ": " n }
		END { exit bad }'
}
for theme in default cb light flowtop; do
	show_theme --theme "$theme"
	tap_ok "$theme: at most four changes in a row" changes_in_row
done

# ---------------------------------------------------------------- files

cat >"$work/own" <<'END'
# mine
base = mono
address = 208,bold
END
show_theme --theme "$work/own"
tap_ok 'a file: its colours' looks '\e\[38;5;208m[^\e]*mirror\.linux'
AS=screen show_theme --theme "$work/own"
tap_ok 'more colours than there are: the usual theme' \
	looks '\e\[36m[^\e]*mirror\.linux'
show_theme --theme "$TOP/etc/themes/bright"
tap_ok 'the theme that comes with it' looks '\e\[38;5;117m[^\e]*mirror\.linux'

export XDG_CONFIG_HOME=$work/config
mkdir -p "$work/config/flowtop/themes"
cp "$work/own" "$work/config/flowtop/themes/mine"
if [ "$(id -u)" != 0 ]; then
	show_theme --theme mine
	tap_ok 'a file of the user, by its name' \
		looks '\e\[38;5;208m[^\e]*mirror\.linux'
fi
unset XDG_CONFIG_HOME

# refused NAME MESSAGE... - exit 2 and one line about it
refused() {
	"$FLOWTOP" --theme "$1" -r "$DEMO" -1 >"$work/out" 2>"$work/err"
	[ $? = 2 ] && [ "$(wc -l <"$work/err")" = 1 ] &&
		grep -qF -- "$2" "$work/err"
}
tap_ok 'no such theme: exit 2, and their names' refused nice \
	'unknown theme "nice"; there are default, cb, mono, light, flowtop'
tap_ok 'a name with control characters' refused $'a\033[31mb' 'unknown theme "a?[31mb"'
tap_ok 'no such file' refused "$work/none" 'No such file'
tap_ok 'a directory' refused "$work/" 'no plain file'
mkfifo "$work/fifo"
tap_ok 'a pipe does not keep us waiting' refused "$work/fifo" 'no plain file'
echo 'adress = red' >"$work/wrong"
tap_ok 'a wrong line has a number' refused "$work/wrong" 'line 1: there is no such role'
head -c 100000 /dev/zero >"$work/large"
tap_ok 'a large file' refused "$work/large" 'too large'

# ---------------------------------------------------------------- who decides

show_with() {
	screen_start 80 24 env TERM=screen-256color "$1" "$FLOWTOP" -46UT \
		-r "$DEMO" "${@:2}"
	cursor_on 4
}
show_with NO_COLOR=1 --theme cb
tap_ok 'a theme that was chosen wins over NO_COLOR' looks '\e\[36m'
show_with NO_COLOR=1 --theme cb -C
tap_ok 'not over -C' looks_not '\e\[[0-9;]*\b3[0-7]m'

# The terminal says that its background is white, or does not.
screen_start 80 24 sleep 1000
tm set -g window-style bg=#ffffee
tm respawn-pane -k "LC_ALL=C TERM=screen-256color exec '$FLOWTOP' -46UT -r '$DEMO'"
cursor_on 4
tap_ok 'a white background: the light theme' \
	looks '\e\[34m[^\e]*mirror\.linux'
tm set -g window-style bg=#101010
tm respawn-pane -k "LC_ALL=C TERM=screen-256color exec '$FLOWTOP' -46UT -r '$DEMO'"
cursor_on 4
tap_ok 'a dark one: the default theme' looks '\e\[36m[^\e]*mirror\.linux'
tap_ok 'nothing of the answer is on the screen' looks_not 'rgb:'
keys q
tap_done
