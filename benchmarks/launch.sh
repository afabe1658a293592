# Sourced by the scripts beside it: builds what is missing and sets `java` and `classpath`.
#
#   JAVA_HOME  the JDK to build and run with; without it, the java of PATH

die() {
  printf 'benchmarks: %s\n' "$*" >&2
  exit 1
}

# With it, cd would say where it went, and that would become a part of the path.
unset CDPATH
root=$(cd -P -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
target=$root/benchmarks/target
classpath_file=$target/scripts.classpath
modules=(api transport-raw transport-zmq benchmarks)

if [[ -n ${JAVA_HOME:-} ]]; then
  java=$JAVA_HOME/bin/java
  [[ -x $java ]] || die "JAVA_HOME is $JAVA_HOME, but there is no bin/java in it"
else
  java=$(command -v java) || die 'no java found; install a JDK 17 or newer, or set JAVA_HOME'
fi

# Each build ends by writing the class path, so its time says how new the classes are. Folders
# count too: a deleted file shows in the time of its folder.
is_stale() {
  [[ -s $classpath_file ]] || return 0
  local entry entries module sources=("$root/pom.xml")
  IFS=: read -ra entries <"$classpath_file" || true
  for entry in "${entries[@]}"; do
    [[ -e $entry ]] || return 0
  done
  for module in "${modules[@]}"; do
    sources+=("$root/$module/pom.xml" "$root/$module/src/main")
    [[ -d $root/$module/target/classes ]] || return 0
  done
  [[ -n $(find "${sources[@]}" -newer "$classpath_file" -print 2>/dev/null | head -n 1) ]]
}

build() {
  command -v mvn >/dev/null || die 'the sources must be built first, and no mvn was found'
  local log=$target/scripts.log started=$target/scripts.started
  mkdir -p "$target"
  printf 'benchmarks: building (log: %s)\n' "$log" >&2
  touch "$started"
  # Style is for the real build to judge.
  if ! mvn -B -ntp -q -f "$root/pom.xml" -pl benchmarks -am -Dmaven.test.skip=true \
    -Denforcer.skip=true -Dforbiddenapis.skip=true process-classes >"$log" 2>&1 </dev/null; then
    tail -n 40 "$log" >&2
    die "the build failed; the whole log is $log"
  fi
  # What was edited while Maven ran counts as not built.
  touch -r "$started" "$classpath_file"
}

if is_stale; then
  build
fi

classpath=$(<"$classpath_file")
for module in "${modules[@]}"; do
  classpath=$root/$module/target/classes:$classpath
done
