import { WHOLE, type Break } from "./breaks.js";

/** Breaks that a machine comes up with all the same, and why. */
export interface NotNeeded {
  readonly part: RegExp;
  readonly place: RegExp;
  /** Every way when left out. */
  readonly how?: RegExp;
  readonly why: string;
}

const BOOTSTRAP = /^\/opt\/bin\/bootstrap$/;
const FORMAT_DATA = /^\/opt\/bin\/format-data$/;
const DEADLINE = /^\/opt\/bin\/reflow-deadline$/;
const CONFIG = /^\/etc\/reflowconfig$/;
/** Units of programs beside the reflowlet. */
const HELPERS = /^(journald-cloudwatch-logs|aws-xray|node_exporter)\.service$/;
/** Units of the image that are stopped. */
const STOPPED = /^(update-engine|locksmithd)\.service$/;

/** All that the boot does not need. Whatever is not named here must fail it. */
export const NOT_NEEDED: readonly NotNeeded[] = [
  {
    part: /^user-data$/,
    place: /^`(ssh_authorized_keys|coreos\.update(\.reboot_strategy)?)`$/,
    how: /^(removed|misspelt|dashed)$/,
    why: "logins and updates are no part of the boot",
  },
  {
    part: /^\/etc\/(ecrlogin|systemd\/system\.conf|journald-cloudwatch-logs\.conf|aws-xray\.env)$/,
    place: /^(all of it|`content`)$/,
    why: "for containers, for the next boot, and for programs beside the reflowlet",
  },
  {
    part: /^\/opt\/bin\/(run-cloudwatch-logs|run-xray|setup_node_exporter)$/,
    place: /^(all of it|`content`)$/,
    why: "programs beside the reflowlet run after the start of their units, which waits for none of them",
  },
  { part: /^\//, place: /^`owner`$/, how: /^(removed|misspelt)$/, why: "a file without an owner is root's" },
  { part: /^\/etc\//, place: /^`permissions`$/, how: /^(removed|misspelt)$/, why: "root reads a file of any mode" },

  {
    part: CONFIG,
    place: /^`(awscreds|awstool|bootstrap|cache|docker|key|labels|logger|metrics|reflowlet|repository|runid)`$/,
    how: /^(removed|misspelt)$/,
    why: "bootstrap and reflowlet have their own default, or need it only for their work",
  },
  {
    part: CONFIG,
    place: /^`(sshkey|taskdb|tls|tracer|user|versions)`$/,
    how: /^(removed|misspelt)$/,
    why: "bootstrap and reflowlet have their own default, or need it only for their work",
  },
  {
    part: CONFIG,
    place: /^`(awstool|key\.key|repository|tls)`$|^`ec2cluster\b/,
    why: "of use to the driver only, or to the reflowlet's work; the sealed authority beats the file of `tls`",
  },
  {
    part: CONFIG,
    place: /^`instances\.reflowletconfig\b/,
    how: /^(removed|misspelt)$/,
    why: "the reflowlet has defaults",
  },
  {
    part: CONFIG,
    place: /^`instances\.awssession\.(region|credentials\.(providername|sessiontoken))`$/,
    why: "the sandbox takes any credentials; AWS would refuse temporary ones without their token",
  },
  {
    part: CONFIG,
    place: /^`instances\.awssession\.credentials\.(accesskeyid|secretaccesskey)`$/,
    how: /^of another value$/,
    why: "the sandbox takes any credentials; AWS would refuse these, and the installation fail",
  },

  {
    part: /^\/opt\/bin\//,
    place: /^`set -e`$/,
    why: "ends a script at the first command that fails; without it a later one fails",
  },
  {
    part: BOOTSTRAP,
    place: /^`curl /,
    how: /^without `(-fsSL|--retry-connrefused)`$/,
    why: "for servers and networks in trouble",
  },
  {
    part: BOOTSTRAP,
    place: /^`export V23_/,
    how: /^removed$|^without|^`V23_/,
    why: "as in Reflow; its own bootstrap does without",
  },
  {
    part: BOOTSTRAP,
    place: /\|\| true`$/,
    how: /`(\|\||true|trQue)`$/,
    why: "the unit fails when the bootstrap ends, in whatever way",
  },
  {
    part: BOOTSTRAP,
    place: /\|\| true`$/,
    how: /^without `-(session|expiry)`$/,
    why: "ends the flags; what they say is the default, or stands in the configuration",
  },
  { part: BOOTSTRAP, place: /^`sleep 5`$/, why: "time to send the last lines of the log" },
  { part: BOOTSTRAP, place: /^`exit 1`$/, how: /exit`$|exQit|Q1/, why: "fails in another way" },

  {
    part: FORMAT_DATA,
    place: /^`vgchange /,
    how: /^removed$|vgch|-a|-Qa|`y`|Qy|data_/,
    why: "as a rule a group of volumes is active by itself at a re-boot",
  },
  {
    part: FORMAT_DATA,
    place: /^`if \[ -b \/dev\/data_group/,
    how: /^without `(-b|-p|\/dev\/data_group\/data_vol)`$/,
    why: "the other half of the condition decides",
  },
  { part: FORMAT_DATA, place: /^`exit 0`$/, how: /^without `0`$/, why: "the status is 0 already" },
  { part: FORMAT_DATA, place: /^`for TRY /, how: /TQRY|without `1`/, why: "nobody asks for the number of the round" },
  {
    part: FORMAT_DATA,
    place: /^`(DISKS=""|break|sleep 1)`$/,
    how: /^removed$|DIQSKS|sleep|slQeep|`1`|`Q1`/,
    why: "for volumes that are attached late",
  },
  {
    part: FORMAT_DATA,
    place: /^`if \[ "\$FOUND" -(ge|lt) "\$WANTED" \]; then`$/,
    how: /^without `(\[|"\$FOUND"|-ge|-lt|"\$WANTED")`$|FOQUND|WANQTED|-gQe|-lQt/,
    why: "for volumes that are attached late; what is missing at the end is told by LVM too",
  },
  {
    part: FORMAT_DATA,
    place: /^`if \[ -b "\$DISK" \]/,
    how: /^without `(-b|"\$DISK"|-p)`$/,
    why: "only keeps what is no device from being counted; LVM refuses it too",
  },
  {
    part: FORMAT_DATA,
    place: /^`(echo .*|exit 1)`$/,
    how: /^removed$|^without `(?!1)[^"]*`$|^`/,
    why: "says what is missing; without it LVM does",
  },
  { part: FORMAT_DATA, place: /^`(lvcreate|mkfs)/, how: /^without `-[yq]`$/, why: "to ask and to say less" },

  { part: DEADLINE, place: /^`exit 0`$/, how: /^without|Q/, why: "any end before the power-off will do" },
  { part: DEADLINE, place: /^`echo /, how: /^removed$|^without `(?!echo)[^"]*`$|^`(?!ecQho)/, why: "a message" },
  { part: DEADLINE, place: /^`systemctl poweroff`$/, how: /^without `systemctl`$/, why: "a command of its own" },
  { part: DEADLINE, place: /^`if \[ -n /, how: /^without `-n`$/, why: "a test of any text holds" },

  { part: /^reflow-deadline\./, place: /^`\[Unit\]`$/, how: /^misspelt$/, why: "holds a description only" },
  { part: /^reflow-deadline\.service$/, place: /^`Type=/, why: "a service of any type would do" },
  { part: /^reflow-deadline\.timer$/, place: /^`AccuracySec=/, why: "a minute sooner or later" },
  {
    part: /\.(service|timer)$/,
    place: /^`enable`$/,
    how: /^(removed|misspelt)$/,
    why: "for the next boot; in this one the command starts the unit",
  },
  {
    part: /\.(service|timer)$/,
    place: /^`(\[Install\]|WantedBy=.*)`$/,
    why: "for the next boot; in this one the command starts the unit",
  },
  { part: /\.(service|timer|mount)$/, place: /^`Description=/, why: "for people" },
  {
    part: /\.(service|mount)$/,
    place: /^`OnFailureJobMode=/,
    why: "nothing cancels the power-off of a sandbox's machine",
  },
  { part: /^format-data\.service$/, place: /^`RemainAfterExit=/, why: "the script leaves a finished volume alone" },
  {
    part: /^(format-data\.service|mnt-data\.mount)$/,
    place: /^`command`$/,
    how: /^(removed|misspelt)$/,
    why: "the unit that requires it starts it",
  },
  {
    part: /^(mnt-data\.mount|reflowlet\.service)$/,
    place: /^`Requires=/,
    how: /^(removed|key misspelt)$/,
    why: "the units are started in their order; at the next boot there is none",
  },
  {
    part: /^(mnt-data\.mount|reflowlet\.service)$/,
    place: /^`(After|Wants)=/,
    why: "the units are started in their order, when the network is up; at the next boot there is none",
  },
  {
    part: /^mnt-data\.mount$/,
    place: /^`(DefaultDependencies|Conflicts|Before)=/,
    why: "for the end of the machine and the next boot",
  },
  {
    part: /^mnt-data\.mount$/,
    place: /^`(Type|Options)=/,
    how: /^(removed|key misspelt)$/,
    why: "the type is found out by itself; the option is for speed",
  },
  {
    part: /^reflowlet\.service$/,
    place: /^`(Type|OOMScoreAdjust|LimitNOFILE)=/,
    why: "for a long life under load; the order of the units needs no oneshot at the end",
  },

  {
    part: STOPPED,
    place: /^(all of it|`command`)$/,
    how: /^(removed|misspelt)$/,
    why: "updates take longer than a boot",
  },
  {
    part: HELPERS,
    place: /^(all of it|`command`|`\[Unit\]`)$/,
    how: /^(removed|misspelt)$/,
    why: "programs beside the reflowlet",
  },
  {
    part: HELPERS,
    place: /^`name`$/,
    how: /^of another value$/,
    why: "a program beside the reflowlet by another name",
  },
  {
    part: HELPERS,
    place: /^`(Wants|After|LogLevelMax|Restart|RestartSec|EnvironmentFile)=/,
    why: "settings of programs beside the reflowlet",
  },
  { part: HELPERS, place: /^`ExecStart=/, how: /^without|^`(?!ExecStarQt)/, why: "fails after the start of the unit" },
];

/** The reason for which a machine comes up with a break; undefined for one that must fail it. */
export function reasonFor({ part, place, how }: Pick<Break, "part" | "place" | "how">): NotNeeded | undefined {
  return NOT_NEEDED.find(
    (rule) => rule.part.test(part) && rule.place.test(place) && (rule.how === undefined || rule.how.test(how)),
  );
}

/** A file that may be gone altogether: its lines are not looked at one by one. */
export function isSuperfluous(part: string): boolean {
  return part.startsWith("/") && reasonFor({ part, place: WHOLE, how: "removed" }) !== undefined;
}
