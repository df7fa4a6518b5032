package harvest

// arm64Terms is the topic of the newsletter that wiredesk was made for. The weights follow how
// often a link with the term was published among all links with it.
var arm64Terms = []Term{
	{"arm64", 3}, {"aarch64", 3}, {"arm64v8", 3}, {"arm64/v8", 3}, {"ARMv8", 2.5}, {"Armv8", 2.5}, {"armv8", 2.5}, {"Armv9", 2.5}, {"ARMv9", 2.5}, {"armv9", 2.5},
	{"Arm", 1}, {"ARM", 1}, {"Arm Ltd", 2}, {"Arm Holdings", 2}, {"Windows on Arm", 2}, {"Windows on ARM", 2}, {"Works on Arm", 3}, {"worksonarm", 3},
	{"armhf", 1}, {"armv7", 1}, {"armv6", 1}, {"armel", 1}, {"aarch32", 2}, {"armserver", 2}, {"armcluster", 2},
	{"Neoverse", 3}, {"Linaro", 3}, {"linaro", 3}, {"Graviton", 3}, {"graviton", 3}, {"Graviton2", 3}, {"Graviton3", 3}, {"Graviton4", 3}, {"Graviton5", 3},
	{"Cavium", 3}, {"ThunderX", 3}, {"ThunderX2", 3}, {"thunderx2", 3}, {"Centriq", 3}, {"Kunpeng", 2}, {"Phytium", 2}, {"HiSilicon", 1.5}, {"A64FX", 3}, {"Fugaku", 2},
	{"Ampere Computing", 3}, {"Ampere Altra", 3}, {"AmpereOne", 3}, {"Altra", 2}, {"Marvell", 2}, {"SoftIron", 2}, {"Qualcomm", 1}, {"Snapdragon", 1}, {"Snapdragon X", 1.5},
	{"Google Axion", 2.5}, {"Axion", 1.5}, {"Cobalt 100", 2.5}, {"Cobalt 200", 2.5}, {"NVIDIA Grace", 2}, {"Grace Hopper", 1.5}, {"Jetson", 2}, {"jetson", 2}, {"Tegra", 1.5},
	{"Apple silicon", 1.5}, {"Apple Silicon", 1.5}, {"Asahi Linux", 2.5}, {"Asahi", 1.5}, {"Exynos", 1}, {"MediaTek", 0.8}, {"Kirin", 0.8},
	{"Raspberry Pi", 1}, {"raspberrypi", 0.8}, {"Raspbian", 1}, {"RPi", 0.8}, {"Hypriot", 2}, {"DietPi", 1.5}, {"Armbian", 2.5}, {"armbian", 2.5},
	{"Pine64", 2}, {"PINE64", 2}, {"PinePhone", 2}, {"Pinebook", 2}, {"ODROID", 2}, {"Orange Pi", 1.5}, {"NanoPi", 1.5}, {"Banana Pi", 1.5}, {"Tinker Board", 1.5},
	{"BeagleBone", 1.5}, {"DragonBoard", 2}, {"HiKey", 2}, {"MACCHIATObin", 2.5}, {"ESPRESSObin", 2.5}, {"SolidRun", 2}, {"HoneyComb", 2}, {"96Boards", 2.5},
	{"Rockchip", 1.5}, {"RK3399", 2}, {"RK3588", 2}, {"RK3566", 2}, {"RK3568", 2}, {"Allwinner", 1.5}, {"Amlogic", 1}, {"Radxa", 1.5}, {"i.MX", 1}, {"imx8", 1.5},
	{"SBC", 1}, {"SBCs", 1}, {"single board computer", 1}, {"single board computers", 1}, {"Mali", 0.8}, {"Panfrost", 1.5}, {"NEON", 0.5},
	{"SVE", 1.5}, {"SVE2", 2}, {"SME2", 1.5}, {"big.LITTLE", 1.5}, {"TrustZone", 1.5}, {"OP-TEE", 1.5}, {"Trusted Firmware", 2}, {"SystemReady", 2.5}, {"SBSA", 2},
	{"Cortex-A", 1.5}, {"Cortex-A53", 1.5}, {"Cortex-A55", 1.5}, {"Cortex-A57", 1.5}, {"Cortex-A72", 1.5}, {"Cortex-A73", 1.5}, {"Cortex-A75", 1.5}, {"Cortex-A76", 1.5}, {"Cortex-A78", 1.5}, {"Cortex-X", 1.5},
	{"multi-arch", 1.5}, {"multiarch", 1.5}, {"multi-architecture", 1.5}, {"multi-platform images", 1},

	// Near the topic: where arm64 news come from, though they do not say so. None is enough by itself.
	{"Docker", 0.4}, {"Kubernetes", 0.35}, {"k8s", 0.35}, {"containerd", 0.4}, {"LinuxKit", 0.45}, {"moby", 0.4}, {"k3s", 0.45}, {"OpenFaaS", 0.45}, {"Docker Swarm", 0.45},
	{"buildx", 0.45}, {"binfmt", 0.45}, {"CNCF", 0.35}, {"balena", 0.45}, {"resin.io", 0.45}, {"QEMU", 0.45}, {"KVM", 0.4}, {"Xen", 0.4},
	{"Fedora", 0.4}, {"Debian", 0.4}, {"Ubuntu", 0.35}, {"CentOS", 0.4}, {"openSUSE", 0.45}, {"SUSE", 0.45}, {"Red Hat", 0.35}, {"RHEL", 0.4}, {"Alpine", 0.35}, {"Gentoo", 0.35},
	{"FreeBSD", 0.35}, {"NetBSD", 0.4}, {"OpenBSD", 0.3}, {"Yocto", 0.45}, {"Buildroot", 0.45}, {"OpenWrt", 0.45}, {"Linux", 0.3}, {"kernel", 0.3}, {"lkml", 0.3},
	{"U-Boot", 0.45}, {"UEFI", 0.45}, {"TianoCore", 0.45}, {"EDK2", 0.45}, {"device tree", 0.45}, {"devicetree", 0.45}, {"OpenBMC", 0.45},
	{"GCC", 0.4}, {"glibc", 0.4}, {"binutils", 0.4}, {"LLVM", 0.35}, {"OpenJDK", 0.4}, {"LuaJIT", 0.45}, {"SIMD", 0.4}, {"cross-compile", 0.45}, {"cross-compiling", 0.45}, {"cross-compilation", 0.45},
	{"HPC", 0.45}, {"OpenHPC", 0.45}, {"supercomputer", 0.45}, {"supercomputing", 0.45}, {"exascale", 0.45}, {"MPI", 0.4}, {"Cray", 0.45}, {"Fujitsu", 0.45}, {"Mont-Blanc", 0.45}, {"cluster", 0.3},
	{"bare metal", 0.4}, {"baremetal", 0.4}, {"Scaleway", 0.45}, {"OpenStack", 0.4}, {"Ceph", 0.4}, {"data center", 0.3}, {"datacenter", 0.3}, {"server", 0.2}, {"servers", 0.25},
	{"SoC", 0.4}, {"SoCs", 0.4}, {"NXP", 0.45}, {"Broadcom", 0.4}, {"semiconductor", 0.3}, {"processor", 0.3}, {"processors", 0.3}, {"board", 0.25}, {"boards", 0.25}, {"Chromebook", 0.3},
	{"IoT", 0.3}, {"edge computing", 0.35}, {"firmware", 0.3}, {"embedded", 0.25}, {"benchmark", 0.2}, {"benchmarks", 0.2},
}

// arm64Not are phrases in which one of these words is another word.
var arm64Not = []string{
	"arms race", "small arms", "match arm", "match arms", "robot arm", "robot arms", "robotic arm", "robotic arms", "robotics arm", "prosthetic arm", "bionic arm", "artificial arm",
	"mechanical arm", "arm wrestling", "strong arm", "strong arms", "strong armed", "long arm", "arm in arm", "arm and a leg", "shot in the arm", "upper arm", "broken arm", "right arm", "left arm",
	"arm twisting", "arm's length", "arm's reach", "tone arm", "swing arm", "my arm", "his arm", "her arm", "your arm",
	"investment arm", "venture arm", "venture capital arm", "research arm", "lobbying arm", "media arm", "consulting arm", "lending arm", "charitable arm", "philanthropic arm", "arm of",
	"Swiss Army", "ARM template", "ARM templates", "azure arm", "adjustable rate mortgage",
	"arm cortex-m", "arm cortex-m0", "arm cortex-m3", "arm cortex-m4", "arm cortex-m4F", "arm cortex-m7", "arm cortex-m23", "arm cortex-m33", "arm cortex-m55", "arm cortex-m85",
	"neon light", "neon lights", "neon sign", "neon signs", "neon genesis", "neon museum", "mali empire", "republic of mali",
	"Alpine County", "Alpine skiing", "across the board", "on board", "board game", "board games", "board of directors", "board member",
}
