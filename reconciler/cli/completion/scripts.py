r"""The scripts that a shell reads. They ask the program through variables, and never pass it an argument.

So a wrapper that loses the variables (an alias for a container, say) prints the help of the program and runs no command.
Each answer is a line `kind\tvalue\tdescription`; other lines are ignored.
"""

from __future__ import annotations

from typing import Final

VARIABLE: Final = "_RECONCILER_COMPLETE"
"""The shell that asks, or `SHELL_source` for its script."""
LINE: Final = "_RECONCILER_LINE"
"""bash: the command line up to the cursor. zsh, fish: the words behind the program's name, with `SEPARATOR` between them."""
WORD: Final = "_RECONCILER_WORD"
"""bash: the part of the last word that the answer replaces. Its word breaks (`=`, `:`) end a word here, and in no shell command."""
SEPARATOR: Final = "\x1f"

_BASH = r"""_reconciler_completion() {
    local kind value
    COMPREPLY=()
    while IFS=$'\t' read -r kind value _; do
        case $kind in
            plain) COMPREPLY+=("$value") ;;
            file) compopt -o default 2>/dev/null ;;
            dir) compopt -o dirnames 2>/dev/null ;;
        esac
    done < <(_RECONCILER_COMPLETE=bash _RECONCILER_LINE="${COMP_LINE:0:COMP_POINT}" \
        _RECONCILER_WORD="${COMP_WORDS[COMP_CWORD]}" "${1/#\~/$HOME}" </dev/null 2>/dev/null)
}
complete -o nosort -F _reconciler_completion reconciler 2>/dev/null || complete -F _reconciler_completion reconciler
"""

_ZSH = r"""#compdef reconciler
_reconciler_completion() {
    local -a lines fields values shown
    local line kind program=${~${(Q)words[1]}}
    lines=("${(@f)$(_RECONCILER_COMPLETE=zsh _RECONCILER_LINE="${(pj:\x1f:)${(@)words[2,CURRENT]}}" \
        $program </dev/null 2>/dev/null)}")
    for line in "${lines[@]}"; do
        fields=("${(@ps:\t:)line}")
        case $fields[1] in
            plain) values+=("$fields[2]"); shown+=("$fields[3]") ;;
            file|dir) kind=$fields[1] ;;
        esac
    done
    [[ $words[CURRENT] == --*=* ]] && compset -P '*='
    (( $#values )) && compadd -l -V unsorted -d shown -a values
    case $kind in
        file) _files ;;
        dir) _files -/ ;;
    esac
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
    _reconciler_completion "$@"
else
    compdef _reconciler_completion reconciler
fi
"""

_FISH = r"""function __reconciler_completion
    set -l words (commandline -opc) (commandline -ct)
    set -l program (string replace -r '^~' -- $HOME $words[1])
    set -lx _RECONCILER_COMPLETE fish
    set -lx _RECONCILER_LINE (string join \x1f -- $words[2..-1])
    for line in ($program </dev/null 2>/dev/null)
        set -l fields (string split -m 2 \t -- $line)
        switch "$fields[1]"
            case plain
                printf '%s\t%s\n' $fields[2] "$fields[3]"
            case file
                __fish_complete_path (commandline -ct)
            case dir
                __fish_complete_directories (commandline -ct)
        end
    end
end
complete --no-files --keep-order --arguments "(__reconciler_completion)" --command reconciler
"""

SCRIPTS: Final = {"bash": _BASH, "zsh": _ZSH, "fish": _FISH}
"""By shell."""
