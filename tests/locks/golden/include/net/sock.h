/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sockets of many protocols, with a lock of one name. */
struct socket_lock { spinlock_t slock; };
struct socket;
struct sock;
struct proto {
	void (*close)(struct sock *sk);
	void (*destroy)(struct sock *sk);
};
struct proto_ops { int (*release)(struct socket *sock); };
struct sock {
	struct socket_lock sk_lock;
	const struct proto *sk_prot;
	int id;
};
void lock_sock(struct sock *sk);
void release_sock(struct sock *sk);
void sk_let_go(struct sock *sk);
struct sock *sk_of(int n);
