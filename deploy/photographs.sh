#!/bin/sh
# Brings 40 photographs and 20 graphics for TestChoices into a folder, from Debian packages: as
# FOLDER/photographs/PACKAGE/FILE and FOLDER/graphics/PACKAGE/FILE. Packages are downloaded and
# unpacked, never installed. Their licences are of many kinds: the files are for looking at here.
set -eu
dir=${1:?usage: deploy/photographs.sh FOLDER}
mkdir -p "$dir"
cd "$dir"
[ -f complete ] && exit
rm -rf photographs graphics unpacked packages
mkdir packages unpacked

take() { # kind package folder, and its files on standard input
	[ -d "unpacked/$2" ] || {
		# apt's own user, to whom root leaves downloads, cannot enter everybody's home.
		(cd packages && apt-get -o APT::Sandbox::User=root -qq download "$2")
		dpkg-deb -x packages/"$2"_*.deb "unpacked/$2"
	}
	mkdir -p "$1/$2"
	while read -r file; do
		cp "unpacked/$2/usr/share/$3/$file" "$1/$2/"
	done
}

take photographs lomiri-wallpapers-16.04 backgrounds <<FILES
Bridge_by_Sander_Klootwijk.jpg
Dragonfly_by_Bolly.jpg
Picture_0B_by_freespace.jpg
Picture_1A_by_freespace.jpg
Wine_by_Jakkub_Mede.jpg
aitzgorri_by_Aitzol_Berasategi.jpg
free_by_Peter_Nerlich.jpg
friends_by_Aitzol_Berasategi.jpg
greentock_by_Peter_Nerlich.jpg
life_by_Aitzol_Berasategi.jpg
picosdeeuropa_by_Aitzol_Berasategi.jpg
seeding_by_Clements_Engelhardt.jpg
sunset_by_Aitzol_Berasategi.jpg
FILES
take photographs lomiri-wallpapers-20.04 backgrounds <<FILES
Fossa_by_Jasper_Roks.jpg
Kleiber_by_Lukas_Baubkus.jpg
FILES
take photographs mate-backgrounds backgrounds/mate/nature <<FILES
Aqua.jpg
Blinds.jpg
Dune.jpg
FreshFlower.jpg
Garden.jpg
GreenMeadow.jpg
LadyBird.jpg
RainDrops.jpg
Storm.jpg
TwoWings.jpg
Wood.jpg
YellowFlower.jpg
FILES
take photographs opencv-doc doc/opencv-doc/examples <<FILES
data/aloeL.jpg
data/apple.jpg
data/baboon.jpg
data/board.jpg
data/building.jpg
data/butterfly.jpg
data/fruits.jpg
data/home.jpg
data/leuvenA.jpg
data/messi5.jpg
data/squirrel_cls.jpg
data/stuff.jpg
text/scenetext03.jpg
FILES

take graphics adwaita-icon-theme icons/Adwaita <<FILES
512x512/devices/audio-headset.png
FILES
take graphics gnome-icon-theme icons/gnome <<FILES
256x256/places/user-trash.png
FILES
take graphics gimp-help-en gimp/2.0/help/en/images <<FILES
gimp-splash.png
menus/file/create.png
menus/file/new/advanced-dialog.png
FILES
take graphics gnome-user-docs help/C/gnome-help/figures <<FILES
color-average.png
color-space.png
gnome.svg
nautilus-icons.png
screenshot-tool.png
shell-exit-classic.png
topbar-battery-charging.svg
touch-overview.svg
FILES
take graphics mate-backgrounds backgrounds/mate/desktop <<FILES
GreenTraditional.jpg
FILES
take graphics mate-user-guide help/C/mate-user-guide/figures <<FILES
caja_search_results.png
caja_spatial_list_view.png
org_mate_desktop_background_logical_view.png
yelp_window.png
FILES
take graphics opencv-doc doc/opencv-doc/opencv4/html <<FILES
SVM_Comparison.png
videoio_overview.svg
FILES

rm -rf unpacked packages
touch complete
