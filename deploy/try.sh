#!/bin/sh
# Tries the steps of the Containerfile where no container can be built: in a Debian root of its own, then as its user with the
# network off and all but /data and /tmp read-only. Needs root and debootstrap; takes some minutes:  sh deploy/try.sh
set -e
root=$(mktemp -d)
chmod 755 "$root"
trap 'rm -rf "$root"' EXIT
debootstrap --variant=minbase --include=python3,python3-venv,ca-certificates bookworm "$root" "${DEBIAN_MIRROR:-}" >/dev/null
mkdir "$root/src"
git archive HEAD pyproject.toml README.md LICENSE rag ui seeds | tar -x -C "$root/src"
for file in /etc/pip.conf /etc/resolv.conf /etc/hosts $PIP_CERT; do # as this machine reaches its package index
    if [ -f "$file" ]; then mkdir -p "$root$(dirname "$file")" && cp "$file" "$root$file"; fi
done
chroot "$root" python3 -m venv /opt/yinju
chroot "$root" /opt/yinju/bin/pip install --quiet --no-cache-dir '/src[postgres,serve,ui]'
chroot "$root" env RAG_MODELS=/opt/models /opt/yinju/bin/yinju models pull
chroot "$root" useradd --uid 10001 --no-create-home yinju
mkdir "$root/data"
rm -rf "$root/src"
cat >"$root/opt/inside" <<'END'
set -e
if touch /etc/written 2>/dev/null; then echo "the root can be written"; exit 1; fi
yinju ask 香港数据中心总存量是多少平方呎？
yinju serve --host 127.0.0.1 &
python3 - <<'PY'
import json, time, urllib.error, urllib.request
here = "http://127.0.0.1:8000"
for _ in range(60):
    try:
        urllib.request.urlopen(f"{here}/readyz", timeout=4)
        break
    except urllib.error.URLError:
        time.sleep(1)
body = json.dumps({"question": "When did HKAI LAB begin operating?"}).encode()
asked = urllib.request.Request(f"{here}/v1/ask", body, {"content-type": "application/json"})
answer = json.load(urllib.request.urlopen(asked, timeout=60))
print(answer["answer"])
assert not answer["refused"]
PY
kill $!
END
unshare --net --mount sh -e -c "
    ip link set lo up
    mount --bind '$root' '$root'
    mount -o remount,ro,bind '$root'
    mount -t proc none '$root/proc'
    mount -t tmpfs none '$root/tmp'
    mount -t tmpfs -o uid=10001 none '$root/data'
    chroot --userspec=10001:10001 '$root' env PATH=/opt/yinju/bin:/usr/bin:/bin PYTHONDONTWRITEBYTECODE=1 HOME=/tmp \
        GRADIO_TEMP_DIR=/tmp/gradio RAG_MODELS=/opt/models RAG_INDEX=/data sh /opt/inside"
