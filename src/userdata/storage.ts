import { dataDeviceNames } from "../catalog/disks.js";
import { executableFile, powerOffOnFailure, unitText, type UserDataPart } from "./part.js";
import { bashScript } from "./shell.js";

/** What the storage of a machine depends on. */
export interface StorageInput {
  /** Number of EBS data volumes in the launch request. */
  readonly dataVolumes: number;
  readonly ebsNvme: boolean;
  readonly immortal: boolean;
}

const SCRIPT = "/opt/bin/format-data";
const LOGICAL_VOLUME = "/dev/data_group/data_vol";

/** EBS volumes are attached while the machine boots, within seconds as a rule. */
const WAIT_SECONDS = 60;

/** KiB, as in Reflow. */
const STRIPE_SIZE = 256;

/** Links of EBS volumes as a whole: 17 digits of the volume id, where links of partitions and namespaces have more. */
const NVME_CANDIDATES = `/dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_vol${"?".repeat(17)}`;

/** One striped file system over all data volumes, on /mnt/data. */
export function storagePart(input: StorageInput): UserDataPart {
  return {
    files: [executableFile(SCRIPT, formatScript(input))],
    units: [
      {
        name: "format-data.service",
        command: "start",
        content: unitText({
          Unit: ["Description=Striped volume for data", ...powerOffOnFailure(input.immortal)],
          Service: ["Type=oneshot", "RemainAfterExit=yes", `ExecStart=${SCRIPT}`],
        }),
      },
      {
        name: "mnt-data.mount",
        command: "start",
        content: unitText({
          Unit: [
            "Description=Data of the Reflow worker",
            "Requires=format-data.service",
            "After=format-data.service",
            // By default a mount precedes local-fs.target and a service follows it: at a re-boot, a cycle.
            "DefaultDependencies=no",
            "Conflicts=umount.target",
            "Before=umount.target",
            ...powerOffOnFailure(input.immortal),
          ],
          Mount: [`What=${LOGICAL_VOLUME}`, "Where=/mnt/data", "Type=ext4", "Options=data=writeback"],
        }),
      },
    ],
  };
}

/**
 * The data volumes are found on the machine: NVMe numbers follow neither the mapping nor each other, and instance
 * stores share them. A blank EBS volume is ours: the root has a partition table, and what an image brings along has
 * content. The script runs at every boot, as cloud-config does, and leaves a finished volume alone.
 */
function formatScript(input: StorageInput): string {
  // On Xen types a volume keeps the name of its mapping.
  const candidates = input.ebsNvme ? NVME_CANDIDATES : dataDeviceNames(input.dataVolumes).join(" ");
  const striping = `--stripes ${input.dataVolumes} --stripesize ${STRIPE_SIZE}`;
  return bashScript("Makes one striped volume of the blank data volumes, once.", [
    "vgchange -a y data_group || true",
    `if [ -b ${LOGICAL_VOLUME} ] && blkid -p ${LOGICAL_VOLUME}; then`,
    "  exit 0",
    "fi",
    `WANTED=${input.dataVolumes}`,
    `for TRY in $(seq 1 ${WAIT_SECONDS}); do`,
    `  DISKS=""`,
    "  FOUND=0",
    `  for DISK in ${candidates}; do`,
    `    if [ -b "$DISK" ] && [ "$FOUND" -lt "$WANTED" ] && ! blkid -p "$DISK"; then`,
    `      DISKS="$DISKS $DISK"`,
    "      FOUND=$((FOUND + 1))",
    "    fi",
    "  done",
    `  if [ "$FOUND" -ge "$WANTED" ]; then`,
    "    break",
    "  fi",
    "  sleep 1",
    "done",
    `if [ "$FOUND" -lt "$WANTED" ]; then`,
    `  echo "format-data: $FOUND of $WANTED blank data volumes within ${WAIT_SECONDS} seconds" >&2`,
    "  exit 1",
    "fi",
    "pvcreate $DISKS",
    "vgcreate data_group $DISKS",
    "# Without a pause the new group is not always seen yet.",
    "sleep 1",
    `lvcreate -y -n data_vol -l 100%VG ${striping} data_group`,
    `mkfs.ext4 -q ${LOGICAL_VOLUME}`,
  ]);
}
