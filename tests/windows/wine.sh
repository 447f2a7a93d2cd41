#!/bin/sh
# The Windows program under Wine: what it sees, chooses and says, and that it survives the end of its engine.
# Run by `cargo xtask windows`, in the repository, inside the system that has Wine. $1: domicile.exe
set -eu
program=$1
export WINEPREFIX="${WINEPREFIX:-$HOME/.wine-domicile}" WINEDEBUG=-all XDG_RUNTIME_DIR=/tmp LANG=C.UTF-8
home=$(mktemp -d "/tmp/Zoé Noël.XXXXXX")
export DOMICILE_HOME="Z:$home"

fail() { echo "✗ $1" >&2; exit 1; }
domicile() { wine "$program" "$@" 2>"$home/errors" || { cat "$home/errors" >&2; fail "domicile $*"; }; }
expect() { case $2 in *"$1"*) echo "  $3" ;; *) echo "$2" >&2; fail "$3: no $1" ;; esac; }

wineboot --init >/dev/null 2>&1
# Wine's registry sets the name and the memory of its adapter.
wine reg add 'HKCU\Software\Wine\Direct3D' /v VideoMemorySize /d 8192 /f >/dev/null 2>&1

echo "hardware"
seen=$(domicile hardware --json)
expect '"os":"windows"' "$seen" "it knows Windows"
expect '"sources":["dxgi"' "$seen" "DXGI's adapter is seen"
domicile hardware --record "Z:$home/this computer.json" >/dev/null
expect '"vendor_id"' "$(cat "$home/this computer.json")" "a recording is written, in a folder with accents and spaces"
cp "$home/this computer.json" "$(dirname "$program")/wine.json"

echo "choose"
expect '"device":"cpu"' "$(domicile choose gpt-oss-20b --json)" "the processor is among the ways"
expect '"kind":"fits"' "$(domicile choose gpt-oss-20b --json --hardware crates/hardware/recordings/windows-rtx4080-16gb.json)" \
  "a card of 16 GB has room"

echo "chat"
expect '"finish":"complete"' "$(domicile chat --json --prompt 'Qui es-tu ?' --temperature 0)" "the guide answers in full"

echo "the engine killed"
# A conversation whose engine is ended from outside between two questions.
mkfifo "$home/questions"
wine "$program" chat --json <"$home/questions" >"$home/answers" 2>"$home/problems" &
talk=$!
exec 3>"$home/questions"
echo "Qui es-tu ?" >&3
for _ in $(seq 200); do [ -s "$home/answers" ] && break; sleep 0.1; done
[ -s "$home/answers" ] || fail "no first answer"
child=$(pgrep -f -- --engine-process | tail -n 1)
[ -n "$child" ] || fail "no process of the engine"
kill -9 "$child"
echo "Does anything leave my computer?" >&3
exec 3>&-
wait "$talk" || { cat "$home/problems" >&2; fail "the conversation ended"; }
[ "$(grep -c '"finish":"complete"' "$home/answers")" = 2 ] || { cat "$home/problems" >&2; fail "no second answer"; }
echo "  the engine is started again and answers"

echo "the first use of an engine"
expect '"failure":null' "$(cat "$home/self-tests.json")" "it was tested before, and passed"
rm -rf "$home"
echo "Everything works under Wine."
