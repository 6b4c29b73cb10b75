#!/bin/sh
# Starts Backcopy: finds the newest JDK from 17 on, builds when a source is newer than the last build, and runs.
#
#   BB_JAVA_HOME   use this JDK instead of the newest one
#   BB_JAVA_OPTS   options of the JVM, instead of "-Xmx2g -XX:+UseSerialGC"
#   BB_BUILD=off   run what was built last, for a machine that has no Maven
#
# Exit codes: 2 no JDK or no Maven, 1 the build failed, else the program's own.

refuse() {
    echo "bb: $1" >&2
    exit 2
}

# The directory that this file lies in, through any chain of symlinks.
self=$0
while [ -L "$self" ]; do
    target=$(readlink "$self")
    case $target in
        /*) self=$target ;;
        *) self=$(dirname "$self")/$target ;;
    esac
done
root=$(CDPATH= cd -- "$(dirname "$self")" && pwd -P) || exit 2
built=$root/experiments/target
jar=$built/backcopy.jar
stamp=$built/built.stamp
archive=$built/classes.jsa   # the loaded classes of common calls, for the JDK that $archive.jdk names

# Java reads the names of files by the locale. In that of cron, SLURM and containers it can name none with an accent.
ascii=${LC_ALL:-${LC_CTYPE:-${LANG:-C}}}
command -v locale >/dev/null && ascii=$(locale charmap 2>/dev/null)
case $ascii in
    C | POSIX | ANSI_X3.4-1968 | US-ASCII | 646)
        for name in C.UTF-8 en_US.UTF-8; do
            if ! command -v locale >/dev/null || [ "$(LC_ALL=$name locale charmap 2>/dev/null)" = UTF-8 ]; then
                export LC_ALL=$name
                break
            fi
        done
        ;;
esac

# The requests that need PyTorch or DuckDB; nothing else builds those modules or fetches their jars.
profile=
case " $* " in
    *" --against pytorch "* | *" --against=pytorch "*) profile=pytorch ;;
    " query "* | *" --to parquet "* | *" --to=parquet "*) profile=query ;;
esac
[ -z "$profile" ] || stamp=$built/built-with-$profile.stamp

# Sets `major` to the major version of the JDK at $1; to 0 where there is no compiler or no Vector API. `version` is all of it.
major_version() {
    major=0
    [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 0
    version=
    vector=no
    while IFS='=' read -r key value; do
        case $key in
            JAVA_VERSION) version=${value#\"} ;;
            MODULES) case $value in *jdk.incubator.vector*) vector=yes ;; esac ;;
        esac
    done <"$1/release"
    version=${version%\"}
    [ $vector = yes ] && major=${version%%[!0-9]*} && major=${major:-0}
}

# Sets `java_home` to the newest JDK; of equals, the first in the list.
find_jdk() {
    java_home=
    newest=16
    on_path=$(command -v java) && on_path=$(readlink -f "$on_path" 2>/dev/null || echo "$on_path")
    for home in "${JAVA_HOME:-}" "${on_path%/bin/java}" /usr/lib/jvm/* /opt/java/* \
        /Library/Java/JavaVirtualMachines/*/Contents/Home \
        "$HOME"/Library/Java/JavaVirtualMachines/*/Contents/Home \
        /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
        "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/*; do
        major_version "$home"
        if [ "$major" -gt "$newest" ]; then
            newest=$major
            java_home=$home
        fi
    done
    [ -z "$java_home" ] || major_version "$java_home"
}

if [ -n "${BB_JAVA_HOME:-}" ]; then
    java_home=$BB_JAVA_HOME
    major_version "$java_home"
    [ "$major" -ge 17 ] || refuse "BB_JAVA_HOME = $BB_JAVA_HOME is not a JDK of version 17 or newer"
else
    find_jdk
    [ -n "$java_home" ] || refuse "no JDK of version 17 or newer was found; install one or set BB_JAVA_HOME"
fi
jdk="$java_home $version"
options="--add-modules jdk.incubator.vector -XX:ObjectAlignmentInBytes=64 --enable-native-access=ALL-UNNAMED -Djava.awt.headless=true"

# What a build is made of. A directory changes when a file in it is deleted or renamed, so directories count too.
sources() {
    LC_ALL=C find "$root/pom.xml" "$root/.mvn" "$root"/*/pom.xml "$root"/*/src/main "$@" -exec ls -lnd {} +
}

# Sets `commit` to what the sources are at: in this checkout, not in a repository around it or in the environment. It
# ends in -dirty where a source differs, and is empty where Git does not tell.
find_commit() {
    commit=
    [ -e "$root/.git" ] && command -v git >/dev/null || return 0
    commit=$(
        # shellcheck disable=SC2046 # the names are several words
        unset $(git rev-parse --local-env-vars)
        export GIT_DIR="$root/.git" GIT_WORK_TREE="$root" GIT_OPTIONAL_LOCKS=0
        cd "$root" && name=$(git describe --always) &&
            changes=$(git status --porcelain -- pom.xml .mvn '*/pom.xml' '*/src/main/*') &&
            printf '%s' "$name${changes:+-dirty}"
    ) 2>/dev/null || commit=
}

# Whether the commit, or a source, is another than that of the last build. A source that is dated in the future is newer
# than any build, and is another one when it looks otherwise than it did then.
is_stale() {
    [ -f "$stamp" ] && [ -f "$jar" ] && [ -f "$stamp.of" ] || return 0
    newer=$(sources -newer "$stamp")
    {
        read -r built_of
        built_newer=$(cat)
    } <"$stamp.of"
    [ "${commit:-$built_of}" != "$built_of" ] || [ "$newer" != "$built_newer" ]
}

# Lists the classes that common calls load and keeps them as the JVM holds them: a call then starts in half the time. Where
# that fails there is no archive, and nothing else is different.
archive_classes() {
    rm -rf "$archive" "$archive".*
    # shellcheck disable=SC2086
    "$java_home/bin/java" $options -Xmx2g -XX:+UseSerialGC -Xshare:off -XX:DumpLoadedClassList="$archive.list" -cp "$jar" \
        backcopy.command.CommonCalls "$archive.runs" >/dev/null 2>&1 &&
        "$java_home/bin/java" $options -Xmx2g -XX:+UseSerialGC -Xshare:dump -XX:SharedClassListFile="$archive.list" \
            -XX:SharedArchiveFile="$archive.new" -cp "$jar" >/dev/null 2>&1 &&
        printf '%s\n' "$jdk" >"$archive.jdk" && mv "$archive.new" "$archive"
    rm -rf "$archive.list" "$archive.runs" "$archive.new"
}

# Old jars are removed first, not overwritten: a program that runs from them keeps the files it has open.
build() {
    command -v mvn >/dev/null || refuse "Backcopy must be built, and mvn (Apache Maven 3.8.1 or newer) was not found"
    echo "bb: building ${profile:+with $profile }..." >&2
    mkdir -p "$built" && rm -rf "$jar" "$built/lib" "$stamp" "$archive" && : >"$stamp.new" &&
        { printf '%s\n' "${commit:-unknown}" && sources -newer "$stamp.new"; } >"$stamp.of" || exit 1
    if output=$(cd "$root" && JAVA_HOME=$java_home mvn -q -B -Dmaven.test.skip=true -Dspotless.check.skip=true \
        -Denforcer.skip=true -Dbackcopy.commit="${commit:-unknown}" ${profile:+-P$profile} package 2>&1 9>&-); then
        archive_classes 9>&-
        mv "$stamp.new" "$stamp"
    else
        status=$?
        printf '%s\n' "$output" >&2
        [ $status -lt 128 ] || exit $status
        echo "bb: the build failed" >&2
        exit 1
    fi
}

# One builds, the others wait for it and find the work done. Where there is no flock, a directory is the lock.
build_alone() {
    mkdir -p "$built" || exit 1
    lock=$built/build.lock
    if command -v flock >/dev/null; then
        (
            flock -n 9 || { echo "bb: waiting for another build ..." >&2 && flock 9; } || exit 1
            if is_stale; then build; fi
        ) 9>"$lock"
    else
        (
            waiting=no
            until mkdir "$lock.d" 2>/dev/null; do
                [ $waiting = yes ] || echo "bb: waiting for another build (if there is none, remove $lock.d) ..." >&2
                waiting=yes
                sleep 1
            done
            trap 'rmdir "$lock.d"' EXIT
            trap 'exit 130' INT TERM HUP
            if is_stale; then build; fi
        )
    fi
}

if [ "${BB_BUILD:-on}" = off ]; then
    [ -f "$jar" ] || refuse "BB_BUILD = off, but nothing is built: $jar is missing"
else
    find_commit
    if is_stale; then build_alone || exit $?; fi
fi

# The JVM itself leaves an archive that does not fit its version, its options or the jars, and is not to speak of it.
log=
[ ! -f "$archive" ] || read -r made 2>/dev/null <"$archive.jdk" || made=
if [ "${made:-}" = "$jdk" ]; then
    log="cds*=off"
    [ "$major" -lt 25 ] || log="$log,aot*=off"
fi

[ -t 2 ] && terminal=true || terminal=false
export CUDA_DEVICE_MAX_CONNECTIONS="${CUDA_DEVICE_MAX_CONNECTIONS:-32}" # so many runs go on side by side on a GPU; else 8

# shellcheck disable=SC2086 # the options are several words
exec "$java_home/bin/java" $options -Dbackcopy.terminal=$terminal \
    -Dbackcopy.pytorch="$root/pytorch/target" -Dbackcopy.query="$root/query/target" -Dbackcopy.launcher="$root/bb" \
    -Dbackcopy.results="$root/bench/results" \
    ${log:+"-XX:SharedArchiveFile=$archive" "-Xlog:$log"} ${BB_JAVA_OPTS--Xmx2g -XX:+UseSerialGC} \
    -cp "$jar" backcopy.command.Main "$@"
