/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A refusal, explained: what the verifier tells of it beside upstream's phrase.
 *
 * Made by explain.c, printed into the log by explain_text.c, and given as it is to
 * who asks with xbpf_verify_opts.report. Needs no other header, so that tools
 * which have headers of their own for BPF can read it.
 */
#ifndef XBPF_VERIFIER_REPORT_H
#define XBPF_VERIFIER_REPORT_H

#define XBPF_REPORT_NONE	(~0U)	/* no such instruction */
#define XBPF_REPORT_ITEMS	16
#define XBPF_REPORT_TEXT	200
#define XBPF_REPORT_PHRASE	512

/**
 * struct xbpf_report_source - a line of source
 * @file: as the compiler was given it; NULL: not known, nor are the others
 * @text: the line, without the blanks at its start
 * @line: @column: from 1
 */
struct xbpf_report_source {
	const char *file;
	const char *text;
	unsigned int line, column;
};

/**
 * struct xbpf_report_item - one step on the way to the refusal
 * @insn: which instruction
 * @times: how often in a row
 * @lost: here the value lost what the check needs, or never had it
 * @insn_text: as the log prints it
 * @text: what it left, or where it went
 */
struct xbpf_report_item {
	unsigned int insn;
	unsigned int times;
	int lost;
	char insn_text[96];
	char text[XBPF_REPORT_TEXT];
	struct xbpf_report_source source;
};

/**
 * struct xbpf_report_list - steps in the order of the program
 * @skipped: more of them, before the first
 */
struct xbpf_report_list {
	unsigned int nr;
	unsigned int skipped;
	struct xbpf_report_item item[XBPF_REPORT_ITEMS];
};

/**
 * struct xbpf_report - why a program was refused
 * @err: negative errno
 * @phrase: upstream's, one or more lines
 * @insn: where; or XBPF_REPORT_NONE
 * @insn_text: as the log prints it
 * @function: of the program; "" when not known
 * @source: of @insn
 * @reg: number of the register to blame, -1: none
 * @value: what it holds, in words
 * @cause: which value lacks what; "" when @phrase says it all
 * @lost: where what is lacking was lost; "" when that is not known
 * @made: how the value came about
 * @path: other branches that led here
 * @hint: what usually helps, or NULL
 */
struct xbpf_report {
	int err;
	char phrase[XBPF_REPORT_PHRASE];
	unsigned int insn;
	char insn_text[96];
	char function[64];
	struct xbpf_report_source source;
	int reg;
	char value[XBPF_REPORT_TEXT];
	char cause[2 * XBPF_REPORT_TEXT];
	char lost[XBPF_REPORT_TEXT];
	struct xbpf_report_list made;
	struct xbpf_report_list path;
	const char *hint;
};

#endif
