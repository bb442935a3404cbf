#!/bin/sh
# Jena's own SHACL command from Debian's jars, which come without one:  jena.sh validate --shapes S --data D
# Install them first:  apt-get install --no-install-recommends libapache-jena-java default-jre-headless
# Jena looks for the messages of its Xerces copy under xerces/, where Debian's jar does not have them.
set -eu
messages=${TMPDIR:-/tmp}/ogdkg-jena-messages
if [ ! -d "$messages/xerces" ]; then
    mkdir -p "$messages"
    (cd "$messages" && unzip -q -o /usr/share/java/jena-core.jar 'org/apache/jena/ext/xerces/*.properties' &&
        mkdir -p xerces && cp -r org/apache/jena/ext/xerces/. xerces/)
fi
path=$messages
for jar in jena-arq jena-base jena-cmds jena-core jena-dboe-base jena-dboe-index jena-dboe-storage \
    jena-dboe-trans-data jena-dboe-transaction jena-iri jena-rdfconnection jena-shacl jena-shex jena-tdb jena-tdb2 \
    slf4j-api slf4j-simple commons-lang3 commons-cli commons-codec commons-csv commons-io commons-compress \
    xercesImpl xml-apis thrift protobuf caffeine gson jsonld-java httpclient httpclient-cache httpcore \
    collections-generic guava; do
    [ -e "/usr/share/java/$jar.jar" ] && path=$path:/usr/share/java/$jar.jar
done
exec java ${JAVA_OPTIONS:-} -cp "$path" shacl.shacl "$@"
