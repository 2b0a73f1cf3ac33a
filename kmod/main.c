// SPDX-License-Identifier: GPL-2.0-only
/*
 * The module: /dev/xbpf comes and goes.
 *
 * Knows in which order the parts begin and end. While an object lives the
 * module cannot be unloaded: each holds a reference to it.
 */
#include <linux/miscdevice.h>
#include <linux/module.h>
#include "jit/jit.h"
#include "device.h"

bool xbpf_jit_wanted = true;
module_param_named(jit, xbpf_jit_wanted, bool, 0644);
MODULE_PARM_DESC(jit, "translate programs to machine code (default: yes)");

bool xbpf_test_kfuncs;
module_param_named(test_kfuncs, xbpf_test_kfuncs, bool, 0644);
MODULE_PARM_DESC(test_kfuncs,
		 "offer the functions that a kernel has for its own tests (default: no)");

static const struct file_operations device_fops = {
	.owner		= THIS_MODULE,
	.unlocked_ioctl	= xbpf_cmd_ioctl,
	.compat_ioctl	= compat_ptr_ioctl,
	.llseek		= noop_llseek,
};

static struct miscdevice device = {
	.minor	= MISC_DYNAMIC_MINOR,
	.name	= "xbpf",
	.fops	= &device_fops,
	.mode	= 0600,
};

static int __init xbpf_init(void)
{
	int err;

	err = xbpf_obj_subsys_init();
	if (err)
		return err;
	err = xbpf_arena_init();
	if (err)
		goto exit_obj;
	err = xbpf_btf_subsys_init();
	if (err)
		goto exit_arena;
	err = xbpf_attach_init();
	if (err)
		goto exit_btf;
	err = xbpf_pin_init();
	if (err)
		goto exit_attach;
	err = misc_register(&device);
	if (err)
		goto exit_pin;
	return 0;

exit_pin:
	xbpf_pin_exit();
exit_attach:
	xbpf_attach_exit();
exit_btf:
	xbpf_btf_subsys_exit();
exit_arena:
	xbpf_arena_exit();
exit_obj:
	xbpf_obj_subsys_exit();
	return err;
}

static void __exit xbpf_exit(void)
{
	misc_deregister(&device);
	xbpf_pin_exit();
	xbpf_attach_exit();
	xbpf_obj_subsys_exit();		/* waits for what is being freed */
	xbpf_btf_subsys_exit();
	xbpf_arena_exit();
}

module_init(xbpf_init);
module_exit(xbpf_exit);

MODULE_DESCRIPTION("BPF of its own for a stock kernel");
MODULE_VERSION(XBPF_VERSION);
MODULE_LICENSE("GPL");
