/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What opens.bpf.c tells opens.c.
 */
#ifndef OPENS_H
#define OPENS_H

#define OPENS_COMM_LEN	16
#define OPENS_PATH_LEN	256

/* A record of the ring buffer: one file that was opened */
struct opens_event {
	unsigned int pid;
	char comm[OPENS_COMM_LEN];
	char path[OPENS_PATH_LEN];
};

/* A value of the hash, by process */
struct opens_count {
	unsigned long long opens;
	char comm[OPENS_COMM_LEN];
};

#endif /* OPENS_H */
