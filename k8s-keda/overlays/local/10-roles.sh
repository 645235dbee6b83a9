#!/bin/sh
# Run by the image at the first start of an empty server: the roles of the service, which owns its schemas, and of KEDA, which may
# read them. (Schemas and what is in them come later, by the service's first node.)
set -eu
psql --quiet -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
  -v funcexec="$FUNCEXEC_PASSWORD" -v keda="$KEDA_PASSWORD" <<'SQL'
CREATE ROLE funcexec LOGIN PASSWORD :'funcexec';
CREATE ROLE funcexec_keda LOGIN PASSWORD :'keda' CONNECTION LIMIT 10;
CREATE DATABASE funcexec OWNER funcexec;
REVOKE ALL ON DATABASE funcexec FROM PUBLIC;
GRANT CONNECT ON DATABASE funcexec TO funcexec_keda;
\connect funcexec
ALTER DEFAULT PRIVILEGES FOR ROLE funcexec GRANT USAGE ON SCHEMAS TO funcexec_keda;
ALTER DEFAULT PRIVILEGES FOR ROLE funcexec GRANT SELECT ON TABLES TO funcexec_keda;
SQL
