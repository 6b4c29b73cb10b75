# Completes bb in bash and zsh: verbs, options, keys, their values, and the runs and sweeps of the store on the command line.

# What may follow a verb (`show`), an option of it (`show --out`; nothing where it takes no value), a key (`train.seed=`).
_bb_words() {
    case $1 in
%TABLE%
    esac
}

# The names in a directory, one a line.
_bb_names() {
    local path
    for path in "$1"/*; do
        [ ! -e "$path" ] || echo "${path##*/}"
    done
}

_bb_runs() {
    local name
    _bb_names "$1" | while read -r name; do
        case $name in
            *[!0-9a-f]*) ;;
            ????????????) echo "$name" ;;
        esac
    done
}

# The steps of a run's checkpoints.
_bb_steps() {
    local name
    _bb_names "$1/checkpoints" | while read -r name; do
        name=${name#step-}
        name=${name%.safetensors}
        name=${name#"${name%%[!0]*}"}
        echo "${name:-0}"
    done
}

# Every candidate for what a verb, an option or a key asks for; $2 is the store.
_bb_offers() {
    local word
    for word in $(_bb_words "$1"); do
        case $word in
            @runs) _bb_runs "$2" ;;
            @sweeps) _bb_names "$2/sweeps" ;;
            @keys) _bb_words @keys | tr ' ' '\n' ;;
            @*) ;;
            *) echo "$word" ;;
        esac
    done
}

# The candidates for the last of the words of a command line, whole, one a line.
_bb_candidates() {
    [ -z "${ZSH_VERSION:-}" ] || emulate -L sh
    local verb= option= store=runs key= before= word=
    shift
    while [ $# -gt 1 ]; do
        word=$1
        shift
        if [ -n "$option" ]; then
            case $(_bb_words "$verb $option") in *@store*) store=$word ;; esac
            option=
            continue
        fi
        case $word in
            --*=*) case $(_bb_words "$verb ${word%%=*}") in *@store*) store=${word#*=} ;; esac ;;
            -*) [ -z "$(_bb_words "$verb $word")" ] || option=$word ;;
            *) if [ -z "$verb" ]; then verb=$word; elif [ -n "$(_bb_words "$verb $word")" ]; then verb="$verb $word"; fi ;;
        esac
    done
    case $store in "~/"*) store=$HOME/${store#??} ;; esac
    word=${1-}
    # What stays of the word: an option with =, a key with = and the values before the last mark, a run with @.
    [ -n "$option" ] || case $word in
        --*=* | train.from=*) before=${word%%=*}= ;;
        *=*) before=${word%"${word##*[=,/]}"} ;;
    esac
    case $word in train.from=*@*) before=${word%@*}@ ;; esac
    case $option$before in
        '') case $word in
            -*) _bb_offers "$verb options" "$store" ;;
            *) _bb_offers "${verb:-verbs}" "$store" ;;
        esac ;;
        train.from=*@) _bb_steps "$store/$(word=${before#*=} && echo "${word%@}")" ;;
        train.from=) _bb_runs "$store" | while read -r key; do echo "$key@"; done ;;
        --*=) _bb_offers "$verb ${before%=}" "$store" ;;
        -*) _bb_offers "$verb $option" "$store" ;;
        *) _bb_offers "${word%%=*}=" "$store" ;;
    esac | while read -r key; do
        case $before$key in "$word"*) echo "$before$key" ;; esac
    done
}

_complete_bb() {
    local line words word prefix
    line=${COMP_LINE:0:${COMP_POINT:-${#COMP_LINE}}}
    read -ra words <<<"$line"
    case $line in '' | *[[:space:]]) words+=("") ;; esac
    word=${words[${#words[@]}-1]}
    # Of the word the shell replaces what is behind its last mark, such as = and @.
    prefix=${word%"${word##*[$COMP_WORDBREAKS]}"}
    COMPREPLY=()
    while read -r word; do
        COMPREPLY+=("${word#"$prefix"}")
        case $word in *[=@]) compopt -o nospace 2>/dev/null ;; esac
    done < <(_bb_candidates "${words[@]}")
}

if [ -n "${ZSH_VERSION:-}" ]; then
    eval '
    _bb_zsh() {
        local -a found open
        found=(${(f)"$(_bb_candidates "${(@)words[1,CURRENT]}")"})
        open=(${(M)found:#*[=@]})
        found=(${found:#*[=@]})
        [ ${#open} -eq 0 ] || compadd -S "" -- $open
        [ ${#found} -eq 0 ] || compadd -- $found
        [ ${#open} -gt 0 ] || [ ${#found} -gt 0 ] || _files
    }
    (( ${+functions[compdef]} )) || { autoload -Uz compinit && compinit -i -D; }
    compdef _bb_zsh bb'
else
    complete -o default -F _complete_bb bb
fi
