/* SPDX-License-Identifier: GPL-2.0-only */
/* Output formats: OUTPUT(name) stands for output_NAME in src/output/NAME.c. */
OUTPUT(text)
OUTPUT(json)
OUTPUT(csv)
