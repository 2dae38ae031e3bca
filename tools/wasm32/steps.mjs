// Runs pieces of Python one after the other on MicroPython for a 32-bit machine (WebAssembly), with a folder's compiled files as its program.
//
//     node steps.mjs FOLDER STEP...     exit code 1 if one raises
//
// Pieces, because this interpreter collects garbage only when nothing runs. VIGIL_HEAP_KIB: its heap.

import fs from "node:fs";
import path from "node:path";
import { loadMicroPython } from "@micropython/micropython-webassembly-pyscript";

const HEAP_BYTES = Number(process.env.VIGIL_HEAP_KIB || 160) * 1024;
const [folder, ...steps] = process.argv.slice(2);

const machine = await loadMicroPython({ heapsize: HEAP_BYTES, stdout: (line) => console.log(line), linebuffer: true });

function copy(inside) {
  if (inside) machine.FS.mkdir("/" + inside);
  for (const entry of fs.readdirSync(path.join(folder, inside), { withFileTypes: true })) {
    const name = path.posix.join(inside, entry.name);
    if (entry.isDirectory()) copy(name);
    else machine.FS.writeFile("/" + name, fs.readFileSync(path.join(folder, name)));
  }
}

copy("");
machine.runPython("import sys\nsys.path.insert(0, '/')");
try {
  steps.forEach((step) => machine.runPython(step));
} catch (error) {
  console.log(String(error));
  process.exit(1);
}
process.exit(0);
