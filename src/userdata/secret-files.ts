/** What bootstrap and reflowlet read: authority and credentials are sealed into it. */
export const INSTANCE_CONFIG_FILE = "/etc/reflowconfig";

/** The login for the container registry. */
export const ECR_LOGIN_FILE = "/etc/ecrlogin";

/** Credentials of the X-Ray daemon on a machine without an instance profile. */
export const XRAY_ENVIRONMENT_FILE = "/etc/aws-xray.env";

/** Every file of ours with secrets in it: nobody but root may read them. */
export const SECRET_FILES: readonly string[] = [INSTANCE_CONFIG_FILE, ECR_LOGIN_FILE, XRAY_ENVIRONMENT_FILE];
