#!/bin/sh
# Fetches Debian's linux-source-6.12 and prepares it for single-object builds, with a hard-linked copy to convert in.
# Usage: test/kernel/prepare.sh DIRECTORY
# Then:  KERNEL_WORK=DIRECTORY npm run test:kernel
# With KERNEL_TREE=… an unpacked tree is taken instead of fetching one.
# Needs gcc make flex bison bc libelf-dev libssl-dev kmod sparse xz-utils.
set -eu
work=${1:?usage: test/kernel/prepare.sh DIRECTORY}
mkdir -p "$work"
work=$(cd "$work" && pwd)
if [ -n "${KERNEL_TREE:-}" ]; then
	tree=$(cd "$KERNEL_TREE" && pwd)
	[ -e "$work/original" ] || ln -s "$tree" "$work/original"
elif [ ! -d "$work/original" ]; then
	(
		cd "$work"
		apt-get download linux-source-6.12
		dpkg-deb -x linux-source-6.12_*.deb package
		mkdir original
		tar -xf package/usr/src/linux-source-6.12.tar.xz -C original --strip-components=1
		rm -r package linux-source-6.12_*.deb
	)
fi
# The copy shares its files with the original; conversion replaces files and never writes into them.
[ -d "$work/source" ] || cp -rlL "$work/original" "$work/source" 2>/dev/null ||
	cp -rL "$work/original" "$work/source"
mkdir -p "$work/build"
cd "$work/source"
make -s O="$work/build" allmodconfig
./scripts/config --file "$work/build/.config" -d GCC_PLUGINS -d DEBUG_INFO_BTF -d KASAN -d KCOV -d GCOV_KERNEL \
	-d UBSAN -d RUST -d MODULE_SIG -d DEBUG_INFO_DWARF_TOOLCHAIN_DEFAULT -e DEBUG_INFO_NONE
make -s O="$work/build" olddefconfig
make -s O="$work/build" modules_prepare
