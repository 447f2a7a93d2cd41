#!/bin/sh
# The Windows program under Wine: what it sees, chooses and says, and that it survives the end of its engine.
# Run by `cargo xtask windows`, in the repository, inside the system that has Wine. $1: domicile.exe, $2: the address of
# a hub
set -eu
program=$1
export HF_ENDPOINT="$2"
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
echo "a download"
rm -f "$home/errors"
wine "$program" models pull maker/small-gpt --json >"$home/reports" 2>"$home/problems" &
sleep 3
pkill -9 -f 'models pull' || fail "the download was over before it could be killed"
wait || true
[ -d "$home/models/small-gpt.part" ] || fail "nothing was kept"
pulled=$(domicile models pull maker/small-gpt --json)
expect '"ready":{"id":"small-gpt"' "$pulled" "it goes on after a kill and ends"
first=$(echo "$pulled" | grep '"stage":"fetching"' | head -n 1)
case $first in *'"received":0,'*) fail "it began anew: $first" ;; *) echo "  what had come was kept" ;; esac
expect '"right"' "$(domicile models verify small-gpt --json)" "it is right"
weights="$home/models/small-gpt/model-00001-of-00002.safetensors"
printf 'x' | dd of="$weights" bs=1 seek=40000000 conv=notrunc 2>/dev/null
expect '"repaired"' "$(domicile models verify small-gpt --repair --json)" "a wrong byte is found and repaired"
domicile models export small-gpt "Z:$home/clé USB" --json >/dev/null
expect '"freed"' "$(domicile models remove small-gpt --json)" "it is removed"
expect '"imported"' "$(domicile models import "Z:$home/clé USB/small-gpt" --json)" "it comes back from a stick"
expect '"moved"' "$(domicile models move "Z:$home/autre disque" --json)" "the models move"
expect '"right"' "$(domicile models verify small-gpt --json)" "it is right where it is now"
expect '"host":"localhost"' "$(domicile network --json)" "every connection is in the list"
domicile network --off --json >/dev/null
domicile models remove small-gpt --json >/dev/null
wine "$program" models pull maker/small-gpt --json 2>"$home/problems" && fail "the switch does not hold"
expect '"network_off"' "$(cat "$home/problems")" "the switch holds"
rm -rf "$home"
echo "Everything works under Wine."
