// Runs plain test modules on MicroPython for a 32-bit machine (WebAssembly), where a small integer has 31 bits as on the chip.
//
//     node run.mjs REPOSITORY MODULE...     exit code 0 if every test passed and there was one, else 1
//
// The whole frame, compiled here from source, needs more room than a chip that runs it in place from flash: VIGIL_HEAP_KIB.

import fs from "node:fs";
import path from "node:path";
import { loadMicroPython } from "@micropython/micropython-webassembly-pyscript";

const HEAP_BYTES = Number(process.env.VIGIL_HEAP_KIB || 160) * 1024;
const FOLDERS = ["shared", "firmware"];
const [repository, ...modules] = process.argv.slice(2);

const machine = await loadMicroPython({ heapsize: HEAP_BYTES, stdout: (line) => console.log(line), linebuffer: true });

function copy(folder) {
  machine.FS.mkdir("/" + folder);
  for (const entry of fs.readdirSync(path.join(repository, folder), { withFileTypes: true })) {
    const name = folder + "/" + entry.name;
    if (entry.isDirectory() && entry.name !== "__pycache__") copy(name);
    if (entry.isFile() && name.endsWith(".py")) machine.FS.writeFile("/" + name, fs.readFileSync(path.join(repository, name)));
  }
}

FOLDERS.forEach(copy);
machine.runPython(`
import gc, sys
gc.threshold(4096)
sys.path.insert(0, "/")
passed = failed = 0

def run(name):
    global passed, failed
    __import__(name)
    module = sys.modules[name]
    for test in sorted(dir(module)):
        if test.startswith("test_"):
            gc.collect()
            try:
                getattr(module, test)()
                passed += 1
            except Exception as error:
                failed += 1
                print("FAIL", name, test)
                sys.print_exception(error)
`);
const run = machine.globals.get("run");
modules.forEach((name) => run(name));
const [passed, failed] = ["passed", "failed"].map((name) => machine.globals.get(name));
console.log(`tests: ${passed} passed, ${failed} failed, largest word ${machine.globals.get("sys").maxsize}`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
