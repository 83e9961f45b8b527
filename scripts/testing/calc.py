"""What LibreOffice Calc makes of formulas that are typed under a locale.

    python3 calc.py LOCALE PROFILE < cells.json

cells.json holds a list of [cell, text] in the order of typing; the answer is a JSON object of what each cell shows and its value.
PROFILE is an empty folder. Prints nothing and fails where LibreOffice or its Python bridge is missing.
"""
import json
import os
import subprocess
import sys
import time

import uno
from com.sun.star.beans import PropertyValue

SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Setup/L10N">
<prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>{}</value></prop></item>
</oor:items>"""
# a document that may fetch external content
ALLOWED = {"Hidden": True, "UpdateDocMode": 3}


def option(name, value):
    one = PropertyValue()
    one.Name, one.Value = name, value
    return one


def connected(name):
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    for _ in range(300):
        try:
            return resolver.resolve(f"uno:pipe,name={name};urp;StarOffice.ComponentContext")
        except Exception:
            time.sleep(0.1)
    sys.exit("LibreOffice does not answer")


locale, profile = sys.argv[1:]
os.makedirs(f"{profile}/user")
with open(f"{profile}/user/registrymodifications.xcu", "w") as file:
    file.write(SETTINGS.format(locale))
pipe = f"dropline{os.getpid()}"
office = subprocess.Popen(
    ["soffice", f"-env:UserInstallation=file://{profile}", "--headless", "--norestore", f"--accept=pipe,name={pipe};urp;"],
    stdout=subprocess.DEVNULL,
    stderr=subprocess.DEVNULL,
)
try:
    context = connected(pipe)
    desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
    options = tuple(option(*pair) for pair in ALLOWED.items())
    document = desktop.loadComponentFromURL("private:factory/scalc", "_blank", 0, options)
    sheet = document.Sheets.getByIndex(0)
    cells = json.load(sys.stdin)
    for name, text in cells:
        sheet.getCellRangeByName(name).FormulaLocal = text
    for _ in range(100):
        document.calculateAll()
        found = {name: sheet.getCellRangeByName(name) for name, _ in cells}
        if not any(cell.getError() for cell in found.values()):
            break
        time.sleep(0.1)
    print(json.dumps({name: [cell.String, cell.Value] for name, cell in found.items()}))
finally:
    office.terminate()
    office.wait()
