// SPDX-License-Identifier: GPL-2.0
static const struct usb_device_id toy_ids[] = {
	{ USB_DEVICE(0x1234, 0x0001) },
	{ }
};
