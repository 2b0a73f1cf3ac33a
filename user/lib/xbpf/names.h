/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Numbers of the ABI as words: the words that bpftool prints.
 *
 * Each function returns NULL for a number that it does not know.
 */
#ifndef XBPF_NAMES_H
#define XBPF_NAMES_H

#ifdef __cplusplus
extern "C" {
#endif

const char *xbpf_cmd_name(unsigned int cmd);
const char *xbpf_map_type_name(unsigned int type);
const char *xbpf_prog_type_name(unsigned int type);
const char *xbpf_attach_type_name(unsigned int type);
const char *xbpf_link_type_name(unsigned int type);
const char *xbpf_miss_name(unsigned int reason);

#ifdef __cplusplus
}
#endif

#endif /* XBPF_NAMES_H */
