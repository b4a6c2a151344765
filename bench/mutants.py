# SPDX-License-Identifier: GPL-2.0-or-later
"""Places of a kernel that wait for a callback, and deadlocks put into them.

Read with expressions alone, one file by itself, and nothing of Ostler: a
Place is a statement that waits, in a function that has the callback's object
in hand. make() puts a lock around it or around a call above it, and gives
the callback a need for the same lock when it has none of its own.
"""
import dataclasses
import re

HEAD = re.compile(r"^[a-z_][\w \t*]*?\b(\w+)\(([^;{}]*)\)\n\{\n", re.M)
OWN = re.compile(r"\bstruct (\w+) \*(\w+)\s*=\s*([^;{}]+);\n")
CALL = re.compile(r"\b(\w+)\(")
# functions that make the object: on their error paths nothing of it runs yet, so that nothing is waited for
MAKES = re.compile(r"(?<!de)(?<!un)(?:probe|init|create|alloc|attach|setup|register)")
COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.S)

# what binds a callback → kind, argument of the object, arguments that may be callbacks
BINDERS = {
    "INIT_WORK": ("work", 0, (1,)), "INIT_DELAYED_WORK": ("work", 0, (1,)), "INIT_DEFERRABLE_WORK": ("work", 0, (1,)),
    "timer_setup": ("timer", 0, (1,)), "tasklet_setup": ("tasklet", 0, (1,)), "tasklet_init": ("tasklet", 0, (1,)),
    "netif_napi_add": ("napi", 1, (2,)), "netif_napi_add_tx": ("napi", 1, (2,)),
    "kthread_init_work": ("kthread-work", 0, (1,)),
    "request_irq": ("irq", 0, (1,)), "devm_request_irq": ("irq", 1, (2,)),
    "request_threaded_irq": ("irq", 0, (1, 2)), "devm_request_threaded_irq": ("irq", 1, (2, 3)),
    "kthread_run": ("kthread", None, (0,)),
}
# what waits → kind, argument that has the object in hand
WAITS = {
    "cancel_work_sync": ("work", 0), "cancel_delayed_work_sync": ("work", 0), "flush_work": ("work", 0),
    "flush_delayed_work": ("work", 0), "disable_work_sync": ("work", 0), "disable_delayed_work_sync": ("work", 0),
    "del_timer_sync": ("timer", 0), "timer_delete_sync": ("timer", 0), "timer_shutdown_sync": ("timer", 0),
    "hrtimer_cancel": ("hrtimer", 0), "tasklet_kill": ("tasklet", 0), "tasklet_disable": ("tasklet", 0),
    "napi_disable": ("napi", 0), "napi_synchronize": ("napi", 0),
    "disable_irq": ("irq", 0), "synchronize_irq": ("irq", 0), "free_irq": ("irq", 1), "devm_free_irq": ("irq", 2),
    "kthread_stop": ("kthread", 0), "kthread_park": ("kthread", 0),
    "kthread_cancel_work_sync": ("kthread-work", 0), "kthread_flush_work": ("kthread-work", 0),
    "flush_workqueue": ("workqueue", 0), "drain_workqueue": ("workqueue", 0), "destroy_workqueue": ("workqueue", 0),
}
ATOMIC = ("timer", "hrtimer", "tasklet", "napi")  # and interrupts without a thread
# calls that take → call that releases, guard, what a fresh lock of it is declared as
LOCKS = {
    "mutex_lock": ("mutex_unlock", "mutex", "struct mutex"),
    "down_write": ("up_write", "rwsem_write", "struct rw_semaphore"),
    "down_read": ("up_read", "rwsem_read", "struct rw_semaphore"),
    "spin_lock": ("spin_unlock", "spinlock", "spinlock_t"),
    "spin_lock_bh": ("spin_unlock_bh", "spinlock_bh", "spinlock_t"),
    "spin_lock_irq": ("spin_unlock_irq", "spinlock_irq", "spinlock_t"),
    "spin_lock_irqsave": ("spin_unlock_irqrestore", "spinlock_irqsave", "spinlock_t"),
}
SLEEPS = ("mutex_lock", "down_write", "down_read")
TAKES = re.compile(r"^\t+(?:(" + "|".join(LOCKS) + r")\(&([\w>.-]+)(?:, \w+)?\)|(?:scoped_)?guard\((mutex)\)?[(,] ?\(?&([\w>.-]+)\));?",
                   re.M)
# slots that a core calls: record, member, the core's file, the call there
CORES = [
    ("platform_driver", "remove", "drivers/base/platform.c", "\t\tdrv->remove(dev);\n"),
    ("pci_driver", "remove", "drivers/pci/pci-driver.c", "\t\tdrv->remove(pci_dev);\n"),
    ("usb_driver", "disconnect", "drivers/usb/core/driver.c", "\tdriver->disconnect(intf);\n"),
    ("i2c_driver", "remove", "drivers/i2c/i2c-core-base.c", "\t\tdriver->remove(client);\n"),
    ("net_device_ops", "ndo_stop", "net/core/dev.c", "\t\t\tops->ndo_stop(dev);\n"),
    ("snd_pcm_ops", "close", "sound/core/pcm_native.c", "\t\tsubstream->ops->close(substream);\n"),
    ("hid_driver", "remove", "drivers/hid/hid-core.c", "\t\t\thdrv->remove(hdev);\n"),
    ("uart_ops", "shutdown", "drivers/tty/serial/serial_core.c", "\t\tuport->ops->shutdown(uport);\n"),
]


def arguments(text, at):
    """The arguments of the call whose '(' stands at `at`, and where its ')' is."""
    depth, start, found = 0, at + 1, []
    for i in range(at, min(len(text), at + 600)):
        c = text[i]
        depth += (c in "([{") - (c in ")]}")
        if depth == 0 or (depth == 1 and c == ","):
            found.append(text[start:i].strip())
            start = i + 1
        if depth == 0:
            return found, i
    return [], at


def calls(text, names):
    for m in CALL.finditer(text):
        if m[1] in names:
            args, end = arguments(text, m.end() - 1)
            if args and args[0]:
                yield m, args, end


@dataclasses.dataclass
class Function:
    name: str
    params: str
    body: str
    begin: int  # of the whole, in the file
    at: int  # of the body

    def has(self, record, variable):
        """A parameter or local of that name points to such a record."""
        return re.search(rf"\bstruct {record} \*(?:\w+, \*)*{variable}\b", self.params + ")" + self.body)

    def position(self, variable):
        """Which parameter that is, or None."""
        for i, p in enumerate(self.params.split(",")):
            if re.search(rf"\*{variable}$", p.strip()):
                return i
        return None


class File:
    def __init__(self, path, text):
        self.path, self.text = path, text
        self.plain = COMMENT.sub(lambda m: re.sub(r"[^\n]", " ", m[0]), text)
        self.functions = {}
        self.called = set(re.findall(r"^\t+(?:\w+ = )?(\w+)\(", self.plain, re.M))
        # functions that a core calls through a slot: name → row of CORES
        self.cores = {}
        for m in re.finditer(r"\bstruct (\w+) \w+ = \{\n", self.plain):
            for row in CORES:
                f = row[0] == m[1] and re.compile(rf"\t\.{row[1]}\s*=\s*(\w+),").search(
                    self.plain, m.end(), self.plain.find("\n};", m.end()))
                if f:
                    self.cores[f[1]] = row
        for m in HEAD.finditer(self.plain):
            end = self.plain.find("\n}\n", m.end() - 1)
            self.functions[m[1]] = Function(m[1], m[2], self.plain[m.end():end + 1], m.start(), m.end())

    def statements(self, name):
        """Where the function is called by a statement of its own: (caller, begin, end, arguments)."""
        if name not in self.called:
            return
        for m in re.finditer(rf"^\t+(?:\w+ = )?{name}\(", self.plain, re.M):
            args, end = arguments(self.plain, m.end() - 1)
            if self.plain[end + 1:end + 3] != ";\n":
                continue
            for f in self.functions.values():
                if f.at <= m.start() < f.at + len(f.body) and f.name != name:
                    yield f, m.start(), end + 3, args


@dataclasses.dataclass
class Place:
    file: File
    kind: str
    primitive: str
    function: Function  # that waits
    begin: int  # of the statement
    end: int
    base: str  # the variable that points to the callback's object
    member: str
    callback: Function
    record: str
    own: str  # the callback's variable for its object
    own_end: int  # where its declaration ends
    locks: list  # (call, path behind the object or name of a global, is it a global)
    is_atomic: bool
    ways: list  # real calls from above: lists of (function, begin, end, expression of the object or None)
    core: tuple  # row of CORES whose slot leads here, or None

    def is_movable(self):
        """The statement names nothing but the object: it may stand in a helper."""
        inside = self.file.plain[self.begin:self.end].split("(", 1)[1]
        return set(re.findall(r"(?<![>.\w])[a-z_]\w*", inside)) == {self.base}


def member_of(expression):
    m = re.fullmatch(r"&?(\w+)->([\w.]+)", expression)
    return (m[1], m[2]) if m else (None, None)


def bindings(file):
    """(kind, member, callback, how it gets its object)"""
    for m, args, _ in calls(file.plain, BINDERS):
        kind, obj, funcs = BINDERS[m[1]]
        if kind == "kthread":
            left = re.search(r"(\w+->[\w.]+)\s*=\s*$", file.plain[:m.start()][-80:])
            member = member_of(left[1])[1] if left else None
        else:
            member = member_of(args[obj])[1] if len(args) > obj else None
        for i in funcs:
            if member and len(args) > i and args[i] in file.functions:
                yield kind, member, args[i], m[1], len(funcs) > 1 and i == funcs[-1]
    for m in re.finditer(r"\w+->([\w.]+)\.function = &?(\w+);", file.plain):
        if m[2] in file.functions:
            yield "hrtimer", m[1], m[2], "function", False


def own_object(file, callback, kind, member, binder):
    """(record, variable, end of the declaration): the callback's object."""
    params = [re.sub(r".*\W", "", p.strip()) for p in callback.params.split(",")]
    for m in OWN.finditer(callback.body):
        value = re.sub(r"\s+", " ", m[3])
        if kind in ("irq", "kthread") or binder == "tasklet_init":
            is_it = re.fullmatch(rf"(?:\([\w *]+\) ?)?{params[kind == 'irq'] if len(params) > (kind == 'irq') else '!'}", value)
        else:
            is_it = re.search(rf"(?:container_of|from_timer|from_tasklet|timer_container_of)\(.*\b{re.escape(member)}(?:\.work)?\)$", value)
        if is_it:
            return m[1], m[2], callback.at + m.end()
    return None


def locks_of(file, callback, own):
    """What the callback, or a function that it hands its object to, takes."""
    found = []
    below = [(callback, own)]
    for m, args, _ in calls(callback.body, file.functions):
        f = file.functions[m[1]]
        if own in args and args.index(own) < len(f.params.split(",")):
            below.append((f, re.sub(r".*\W", "", f.params.split(",")[args.index(own)].strip())))
    for f, variable in below:
        for m in TAKES.finditer(f.body):
            call, path = (m[1], m[2]) if m[1] else ("mutex_lock", m[4])
            if re.fullmatch(r"\w+", path):
                if re.search(rf"^static DEFINE_(?:MUTEX|SPINLOCK)\({path}\);", file.plain, re.M):
                    found.append((call, path, True))
            elif path.startswith(variable + "->"):
                found.append((call, path[len(variable):], False))
    return list(dict.fromkeys(found))


def ways_up(file, place):
    """Calls of one function by the next, up to three, with what the object is called there."""
    found = []

    def up(function, base, way):
        if way:
            found.append(way)
        if len(way) == 3:
            return
        nth = function.position(base) if base else None
        for caller, begin, end, args in file.statements(function.name):
            if MAKES.search(caller.name) or caller.name in (place.callback.name, place.function.name) or any(caller is w[0] for w in way):
                continue
            name = args[nth] if nth is not None and nth < len(args) and re.fullmatch(r"\w+", args[nth]) else None
            if name and not caller.has(place.record, name):
                name = None
            up(caller, name, way + [(caller, begin, end, name)])

    up(place.function, place.base, [])
    return found[:40]


def places(path, text):
    """The places of the file, in its order."""
    if not re.search(r"\b(?:" + "|".join(WAITS) + r")\(", text):
        return []
    file = File(path, text)
    bound = {}
    for kind, member, name, binder, is_last in bindings(file):
        callback = file.functions[name]
        own = own_object(file, callback, kind, member, binder)
        if own:
            bound.setdefault((kind, member), []).append((callback, own, kind in ATOMIC or (kind == "irq" and not is_last)))
    for m in re.finditer(r"\bqueue_(?:delayed_)?work\(\w+->([\w.]+),\s*&\w+->([\w.]+)[,)]", file.plain):
        for b in bound.get(("work", m[2]), []):
            if b not in bound.setdefault(("workqueue", m[1]), []):
                bound[("workqueue", m[1])].append(b)
    found = []
    for f in [f for f in file.functions.values() if not MAKES.search(f.name)]:
        for m, args, end in calls(f.body, WAITS):
            kind, nth = WAITS[m[1]]
            start = f.body.rfind("\n", 0, m.start()) + 1
            if f.body[end + 1:end + 3] != ";\n" or f.body[start:m.start()].strip() or nth >= len(args):
                continue
            base, member = member_of(args[nth])
            if kind == "irq":
                base, member = (args[nth], member_of(args[nth - 1])[1]) if nth else member_of(args[0])
            if len(bound.get((kind, member), [])) != 1:
                continue  # no callback, or several
            callback, own, is_atomic = bound[(kind, member)][0]
            if not re.fullmatch(r"\w+", base) or not f.has(own[0], base) or f is callback or \
                    re.search(rf"\b{f.name}\(", callback.body):
                continue
            p = Place(file, kind, m[1], f, f.at + start, f.at + end + 3, base, member, callback, *own,
                      locks_of(file, callback, own[1]), is_atomic, [], None)
            p.ways = ways_up(file, p)
            p.core = next((file.cores[n] for n in [f.name] + [w[-1][0].name for w in p.ways] if n in file.cores), None)
            found.append(p)
    return found


def core_lock(row):
    return f"mutant_{row[0]}_{row[1]}_lock"


def hold_in_core(row, text, how):
    """The core's file with a lock of its own held over the slot's call."""
    lock, name = core_lock(row), f"mutant_{row[0]}_{row[1]}"
    at = text.index(row[3])
    new, helpers = around(text, at, at + len(row[3]), ("mutex_lock", lock, True), None, how, name, None, False)
    first = max(m.start() for m in HEAD.finditer(text) if m.start() < at)
    return text[:first] + f"DEFINE_MUTEX({lock});\n\n" + helpers + text[first:at] + new + text[at + len(row[3]):]


# ---- mutants ---------------------------------------------------------------


def around(text, begin, end, take, obj, how, name, record, is_control):
    """The statement at begin..end with the lock held; the helpers that this takes."""
    call, lock, is_global = take
    statement = text[begin:end].strip()
    release, guard, _ = LOCKS[call]
    flags = ", flags" if call == "spin_lock_irqsave" else ""
    address = f"&{lock}" if is_global else f"&{obj}{lock}"
    helpers, lines = "", []
    if how == "wrapper" and not flags:
        param, arg = ("void", "") if is_global else (f"struct {record} *m", obj)
        inner = f"&{lock}" if is_global else f"&m{lock}"
        helpers = (f"static void {name}_take({param})\n{{\n\t{call}({inner});\n}}\n\n"
                   f"static void {name}_drop({param})\n{{\n\t{release}({inner});\n}}\n\n")
        lines = [f"{name}_take({arg});", statement, f"{name}_drop({arg});"]
    elif how == "guard":
        lines = [f"guard({guard})({address});", statement]
    elif how == "scoped":
        lines = [f"scoped_guard({guard}, {address})", f"\t{statement}"]
    else:
        lines = ["unsigned long flags;", ""] * bool(flags) + [f"{call}({address}{flags});", statement,
                                                            f"{release}({address}{flags});"]
    if is_control:  # the lock is free again before the wait
        lines = [f"{call}({address}{flags});", f"{release}({address}{flags});", statement]
    indent = re.match(r"\t*", text[begin:])[0]
    block = [f"{indent}{{"] + [f"{indent}\t{line}".rstrip() for line in "\n".join(lines).split("\n")] + [f"{indent}}}"]
    return "\n".join(block) + "\n", helpers


def ladder(name, nr, slot, param, arg):
    """name_1 to name_(nr - 1), each of which calls the one before it; one through a slot (0: none)."""
    text = ""
    for i in range(1, nr):
        called = f"{name}_{i - 1}({arg})"
        if i == slot:
            text += (f"struct {name}_ops {{\n\tvoid (*halt)({param});\n}};\n\n"
                     f"static const struct {name}_ops {name}_table = {{\n\t.halt = {name}_{i - 1},\n}};\n\n"
                     f"static const struct {name}_ops *{name}_used = &{name}_table;\n\n")
            called = f"{name}_used->halt({arg})"
        text += f"static void {name}_{i}({param})\n{{\n\t{called};\n}}\n\n"
    return text


def chain(place, name, nr, slot):
    """nr helpers one below the other, the lowest with the wait; one is called through a slot."""
    statement = re.sub(rf"\b{place.base}\b", "m", place.file.text[place.begin:place.end].strip())
    param = f"struct {place.record} *m"
    text = f"static void {name}_0({param})\n{{\n\t{statement}\n}}\n\n"
    return text + ladder(name, nr, slot, param, "m"), f"{name}_{nr - 1}({place.base});"


def need(place, name, take, depth):
    """What the callback calls to take the lock, depth functions above the one that does."""
    call, lock, is_global = take
    flags = ", flags" if call == "spin_lock_irqsave" else ""
    inner = f"&{lock}" if is_global else f"&m{lock}"
    declare = "\tunsigned long flags;\n\n" if flags else ""
    text = (f"static void {name}_need0(struct {place.record} *m)\n{{\n{declare}\t{call}({inner}{flags});\n"
            f"\t{LOCKS[call][0]}({inner}{flags});\n}}\n\n")
    for i in range(1, depth + 1):
        text += f"static void {name}_need{i}(struct {place.record} *m)\n{{\n\t{name}_need{i - 1}(m);\n}}\n\n"
    return text, f"\t{name}_need{depth}({place.own});\n"


def options(place, declared):
    """(where the lock comes from, [locks]) that can be held at this place."""
    def fits(call):
        return (call not in SLEEPS) if place.is_atomic else call in SLEEPS

    own = [t for t in place.locks if fits(t[0]) and not re.search(rf"\b{re.split(r'->|[.]', t[1])[-1]}\b", place.function.body)]
    fresh = ["spin_lock_irqsave", "spin_lock_bh" if place.kind != "irq" else "spin_lock"] if place.is_atomic else list(SLEEPS)
    if place.kind in ("irq", "hrtimer") and place.is_atomic:
        fresh = ["spin_lock_irqsave"]
    found = [("own", own)] if own else []
    if place.record in declared:
        found.append(("member", [(c, "->{name}_lock", False) for c in fresh]))
    return found + [("global", [(c, "{name}_lock", True) for c in fresh])]


def make(place, name, pick, declared):
    """
    A mutant of the place, drawn: (what was done, {file: [(offset, end, text)]}, class of the lock's end).
    declared: record → (file, offset where members may be added).
    """
    edits = {}

    def edit(path, begin, end, text):
        edits.setdefault(path, []).append((begin, end, text))

    path = place.file.path
    source, locks = pick.choice(options(place, declared))
    call, lock, is_global = pick.choice(locks)
    lock = lock.format(name=name)
    how = pick.choice(["calls", "guard", "scoped", "wrapper"])
    modes = ["here"] + ["helpers", "slot"] * place.is_movable()
    # a lock of the object needs a name for it up there
    word = re.split(r"->|\.", lock)[-1]
    ways = [w for w in place.ways if (is_global or w[-1][3]) and not any(re.search(rf"\b{word}\b", f.body) for f, *_ in w)]
    if ways:
        modes += ["callers"] * 3
    if place.core and source == "global" and call == "mutex_lock":
        modes += ["core"] * 3
    if place.kind == "napi":
        modes = ["here"]  # nobody sleeps with a spinlock held, and it is the callers' that are not believed
    mode = pick.choice(modes)
    is_control = pick.randrange(10) == 0
    up = 0
    begin, end, obj, holder = place.begin, place.end, place.base, place.function
    helpers = ""
    text = place.file.text
    if mode in ("helpers", "slot"):
        up = pick.randrange(1 if mode == "helpers" else 2, 4)
        helpers, statement = chain(place, name, up, pick.randrange(1, up) if mode == "slot" else 0)
        text = text[:begin] + "\t" + statement + "\n" + text[end:]
        end_of = begin + len(statement) + 2
        new, more = around(text, begin, end_of, (call, lock, is_global), obj, how, name, place.record, is_control)
    elif mode == "callers":
        way = pick.choice(ways)
        up = len(way)
        holder, begin, end, obj = way[-1]
        new, more = around(text, begin, end, (call, lock, is_global), obj, how, name, place.record, is_control)
    elif mode == "core":
        new, more, is_control = None, "", False
        lock = core_lock(place.core)
    else:
        new, more = around(text, begin, end, (call, lock, is_global), obj, how, name, place.record, is_control)
    helpers += more
    if source != "own":
        wanted = {"down_write": "down_read"}.get(call, call)
        below, line = need(place, name, (wanted if pick.randrange(2) else call if call != "down_read" else "down_write",
                                         lock, is_global), pick.randrange(3))
        if call == "down_read" and "down_read(" in below:
            below = below.replace("down_read(", "down_write(").replace("up_read(", "up_write(")
        first = min(place.callback.begin, holder.begin)
        edit(path, place.own_end, place.own_end, line)
        helpers = below + helpers
    else:
        first = holder.begin
    declare = LOCKS[call][2]
    if source == "member":
        where, at = declared[place.record]
        edit(where, at, at, f"\t{declare} {name}_lock;\n")
    elif source == "global" and mode != "core":
        kind = {"struct mutex": "DEFINE_MUTEX({0})", "struct rw_semaphore": "DECLARE_RWSEM({0})",
                "spinlock_t": "DEFINE_SPINLOCK({0})"}[declare].format(name + "_lock")
        helpers = f"static {kind};\n\n" + helpers
    elif mode == "core":
        helpers = f"extern {declare} {lock};\n\n" + helpers
    if new:
        edit(path, begin, end, new)
    edit(path, first, first, helpers)
    done = {"mode": mode, "core": place.core if mode == "core" else None, "up": up, "how": how, "lock": source, "call": call, "control": is_control}
    return done, edits, lock


def bodies(lines):
    """(first, last) line of each function's body"""
    begin = None
    for i, line in enumerate(lines):
        if line == "{":
            begin = i
        elif line == "}" and begin is not None:
            yield begin, i
            begin = None


def head(lines, begin):
    """text before the body, and the function's name in it"""
    at = begin - 1
    while at > 0 and lines[at].startswith(("\t", " ")):
        at -= 1
    text = " ".join(lines[at:begin])
    name = re.search(r"(\w+)\s*\(", text)
    return text, name.group(1) if name else None
