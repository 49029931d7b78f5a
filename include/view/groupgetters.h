/* SPDX-License-Identifier: GPL-2.0-only */
/* Getters of the columns of groups; see column_get_group(). */
#ifndef FLOWTOP_VIEW_GROUPGETTERS_H
#define FLOWTOP_VIEW_GROUPGETTERS_H

#include "view/groups.h"
#include "view/value.h"

void group_get_process(const struct group *group, struct value *value);
void group_get_pid(const struct group *group, struct value *value);
void group_get_user(const struct group *group, struct value *value);
void group_get_flows(const struct group *group, struct value *value);
void group_get_new(const struct group *group, struct value *value);
void group_get_hosts(const struct group *group, struct value *value);
void group_get_rx_rate(const struct group *group, struct value *value);
void group_get_tx_rate(const struct group *group, struct value *value);
void group_get_rate(const struct group *group, struct value *value);
void group_get_rx_bytes(const struct group *group, struct value *value);
void group_get_tx_bytes(const struct group *group, struct value *value);
void group_get_bytes(const struct group *group, struct value *value);
void group_get_peer(const struct group *group, struct value *value);
void group_get_unit(const struct group *group, struct value *value);
void group_get_command(const struct group *group, struct value *value);
void group_get_addr(const struct group *group, struct value *value);
void group_get_host(const struct group *group, struct value *value);
void group_get_seen(const struct group *group, struct value *value);
void group_get_owner(const struct group *group, struct value *value);
void group_get_owners(const struct group *group, struct value *value);
void group_get_ports(const struct group *group, struct value *value);
void group_get_cc(const struct group *group, struct value *value);
void group_get_country(const struct group *group, struct value *value);
void group_get_city(const struct group *group, struct value *value);
void group_get_network(const struct group *group, struct value *value);
void group_get_networks(const struct group *group, struct value *value);
void group_get_share_rx(const struct group *group, struct value *value);
void group_get_share(const struct group *group, struct value *value);
void group_get_service(const struct group *group, struct value *value);
void group_get_port(const struct group *group, struct value *value);
void group_get_proto(const struct group *group, struct value *value);
void group_get_in_out(const struct group *group, struct value *value);
void group_get_estab(const struct group *group, struct value *value);
void group_get_half(const struct group *group, struct value *value);

#endif
