#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# One packaged tool of each kind of event; all of them: make test-tools.
tools='bashreadline opensnoop vfsstat ext4slower bashreadline.bt'
# shellcheck disable=SC2086
selftests/tools/drive $tools | awk -F '\t' -v want="$(set -- $tools; echo $#)" '
	BEGIN { print "1.." want }
	{ print ($2 == "works" ? "ok " : "not ok ") ++n " - " $1 }
	$2 != "works" { print "# " $2 }'
