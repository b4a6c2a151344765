/* Pointers to functions with an annotation before the star, and casts whose type only their shape tells. */
struct table {
	efi_status_t (__efiapi *get_time)(struct efi_time *);
	void *(__efiapi *find)(void);
	efi_status_t
	(__efiapi *measure)(void *, u64);
	int (*plain)(void);
};

static int f(struct table *t)
{
	struct {
		unsigned long version;
		efi_status_t (__efiapi *set_version)(const char *);
	} *set_os;
	efi_status_t (__efiapi *local)(void);
	ELF(Ehdr) *hdr = (ELF(Ehdr) *)raw;
	u32 x = (FDT_FORCE u32)CPU_TO_FDT32(y);

	patch = (u8 (*)[PATCH_MAX_SIZE])find_patch(&x);
	host = (u64) (size_t)
		private_of(t);
	printk(KERN_DEBUG name);
	return (x > y) ? 32 KB : 96 KB;
}
