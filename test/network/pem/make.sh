#!/bin/sh
# Regenerates the certificates in this folder. Usage: `sh make.sh`, with OpenSSL 3. Only tests use the certificates.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT

# make NAME SIGNER FROM TO EXTENSIONS...
make() {
  name=$1 signer=$2 from=$3 to=$4
  shift 4
  openssl ecparam -genkey -noout -name prime256v1 -out "$work/$name.key"
  {
    printf '[ca]\ndefault_ca=own\n[own]\ndatabase=%s\nnew_certs_dir=%s\nrand_serial=yes\npolicy=any\ndefault_md=sha256\nunique_subject=no\n' "$work/index" "$work"
    printf '[any]\ncommonName=optional\n[req]\ndistinguished_name=name\nprompt=no\n[name]\ncommonName=%s\n[extensions]\n' "$name"
    printf '%s\n' "$@"
  } > "$work/cnf"
  : > "$work/index"
  openssl req -new -config "$work/cnf" -key "$work/$name.key" -out "$work/csr"
  if [ "$signer" = "$name" ]; then set -- -selfsign -keyfile "$work/$name.key"; else set -- -cert "$signer.pem" -keyfile "$work/$signer.key"; fi
  openssl ca -batch -notext -config "$work/cnf" -extensions extensions -in "$work/csr" -out "$name.pem" -startdate "$from" -enddate "$to" "$@" 2> /dev/null
}

past=20200101000000Z future=21200101000000Z
authority='basicConstraints=critical,CA:TRUE' server='extendedKeyUsage=serverAuth' client='extendedKeyUsage=clientAuth'
service=DNS:engine.ci.svc,DNS:engine.ci pods='DNS:*.engine-headless.ci.svc'
make authority authority $past $future "$authority"
make stranger stranger $past $future "$authority"
make intermediate authority $past $future "$authority"
make server authority $past $future "subjectAltName=$service,$pods" "$server"
make below-intermediate intermediate $past $future "subjectAltName=$service,$pods" "$server"
make service-only authority $past $future "subjectAltName=$service" "$server"
make client authority $past $future "subjectAltName=$service,$pods" "$client"
make expired authority $past 20210101000000Z "subjectAltName=$service,$pods" "$server"
make not-yet authority $future 21210101000000Z "subjectAltName=$service,$pods" "$server"
cp "$work/server.key" server-key.pem
cp "$work/client.key" another-key.pem
