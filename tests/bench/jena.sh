#!/bin/sh
# Jena's own commands from Debian's jars, which come without any:
#   jena.sh validate --shapes S --data D      jena.sh riot --formatted=turtle FILE
# Install them first:  tests/peers/readers.sh
# Jena looks for the messages of its Xerces copy under xerces/, where Debian's jar does not have them.
set -eu
messages=${TMPDIR:-/tmp}/ogdkg-jena-messages
if [ ! -d "$messages" ]; then
    made=$(mktemp -d)
    (cd "$made" && unzip -q -o /usr/share/java/jena-core.jar 'org/apache/jena/ext/xerces/*.properties' &&
        cp -r org/apache/jena/ext/xerces .)
    mv -T "$made" "$messages" 2>/dev/null || rm -rf "$made"  # another run may have been quicker
fi
path=$messages
for jar in dexx.collection jena-arq jena-base jena-cmds jena-core jena-dboe-base jena-dboe-index jena-dboe-storage \
    jena-dboe-trans-data jena-dboe-transaction jena-iri jena-rdfconnection jena-shacl jena-shex jena-tdb jena-tdb2 \
    slf4j-api slf4j-simple commons-lang3 commons-cli commons-codec commons-csv commons-io commons-compress \
    xercesImpl xml-apis thrift protobuf caffeine gson jsonld-java httpclient httpclient-cache httpcore \
    collections-generic guava jackson-core jackson-databind jackson-annotations; do
    [ -e "/usr/share/java/$jar.jar" ] && path=$path:/usr/share/java/$jar.jar
done
main=shacl.shacl
[ "$1" = riot ] && main=riotcmd.riot && shift
[ "$1" = arq ] && main=arq.arq && shift
exec java ${JAVA_OPTIONS:-} -cp "$path" $main "$@"
