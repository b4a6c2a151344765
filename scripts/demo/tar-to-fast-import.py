#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Turns a tar archive on stdin into one commit for `git fast-import`.

usage: tar-to-fast-import.py REF EPOCH LABEL < source.tar | git fast-import

The leading folder of every name is dropped. File bytes go straight from the
archive into git objects; no work tree is written. The commit has no parent,
a fixed author, and EPOCH as its date, so that its tree and its id depend on
the archive alone. Progress goes to stderr as "LABEL: N files, M MiB".

Read: ustar, GNU long names ('L', 'K') and pax headers (path, linkpath, size).
Refused: absolute names, "..", devices, a truncated archive. Hard links are
not found in Debian's source archives and are refused too.
"""
import sys
import time

BLOCK = 512
MAX_META = 1 << 20  # bytes of one long name or pax header
MAX_FILE = 1 << 30
IDENT = "Debian sources <sources@ostler.invalid>"


def die(why):
    sys.exit(f"ostler: demo: source archive: {why}; remove the .deb and run again")


def number(field):
    text = field.rstrip(b"\0 ").lstrip(b" ")
    return int(text, 8) if text else 0


def text_of(field):
    return field.split(b"\0", 1)[0]


def read_exact(stream, size):
    data = stream.read(size)
    if len(data) != size:
        die("ends in the middle")
    return data


def read_padded(stream, size):
    return read_exact(stream, (size + BLOCK - 1) // BLOCK * BLOCK)[:size]


def pax_fields(data):
    fields = {}
    while data:
        length, _, rest = data.partition(b" ")
        if not length.isdigit() or int(length) <= len(length) + 1:
            die("a damaged pax header")
        key, _, value = data[len(length) + 1:int(length) - 1].partition(b"=")
        fields[key] = value
        data = data[int(length):]
    return fields


def members(stream):
    """Yields (name, kind, mode, linkname, bytes) for each member."""
    extra = {}
    while True:
        head = read_exact(stream, BLOCK)
        if not head.strip(b"\0"):
            return
        kind = head[156:157]
        size = int(extra.get(b"size", number(head[124:136])))
        if kind in b"LKxg" and kind != b"":
            if size > MAX_META:
                die("a name is too long")
            data = read_padded(stream, size)
            if kind == b"L":
                extra[b"path"] = text_of(data)
            elif kind == b"K":
                extra[b"linkpath"] = text_of(data)
            elif kind == b"x":
                extra.update(pax_fields(data))
            continue
        name = text_of(head[:100])
        if head[257:263] == b"ustar\0" and head[345:346] != b"\0":
            name = text_of(head[345:500]) + b"/" + name
        if size > MAX_FILE:
            die("a file is too large")
        body = read_padded(stream, size) if kind in b"0\0" else b""
        yield (extra.get(b"path", name), kind, number(head[100:108]),
               extra.get(b"linkpath", text_of(head[157:257])), body)
        extra = {}


def inner_path(name):
    parts = [p for p in name.split(b"/") if p not in (b"", b".")]
    if name.startswith(b"/") or b".." in parts:
        die(f"unsafe name {name!r}")
    return b"/".join(parts[1:])


def quoted(path):
    if path[:1] == b'"' or b"\n" in path or b"\\" in path:
        path = path.replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(b"\n", b"\\n")
        return b'"' + path + b'"'
    return path


def convert(stream, out, ref, epoch, label):
    entries = []
    total = 0
    began = shown = time.monotonic()
    tty = sys.stderr.isatty()
    for name, kind, mode, link, body in members(stream):
        if kind == b"5":
            continue
        if kind not in (b"0", b"\0", b"2"):
            die(f"a member of kind {kind!r}")
        path = inner_path(name)
        git_mode = b"120000" if kind == b"2" else b"100755" if mode & 0o100 else b"100644"
        data = link if kind == b"2" else body
        entries.append((path, git_mode, len(entries) + 1))
        out.write(b"blob\nmark :%d\ndata %d\n" % (len(entries), len(data)))
        out.write(data)
        out.write(b"\n")
        total += len(data)
        if tty and time.monotonic() - shown > 0.2:
            shown = time.monotonic()
            print(f"\r  {label}: {len(entries):,} files, {total >> 20:,} MiB ",
                  end="", file=sys.stderr, flush=True)
    message = f"Import of {label}\n".encode()
    out.write(b"commit %s\ncommitter %s %s +0000\ndata %d\n%sdeleteall\n"
              % (ref.encode(), IDENT.encode(), epoch.encode(), len(message), message))
    for path, git_mode, mark in sorted(entries):
        out.write(b"M %s :%d %s\n" % (git_mode, mark, quoted(path)))
    out.write(b"\ndone\n")
    out.flush()
    print(f"{chr(13) if tty else ''}  {label}: {len(entries):,} files, {total >> 20:,} MiB, "
          f"{time.monotonic() - began:.0f} s", file=sys.stderr)


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit("usage: tar-to-fast-import.py REF EPOCH LABEL < source.tar")
    try:
        convert(sys.stdin.buffer, sys.stdout.buffer, *sys.argv[1:])
    except BrokenPipeError:
        die("git fast-import stopped; see its message above")
