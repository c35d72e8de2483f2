# cwsift.bash -- completion for bash.
# SPDX-License-Identifier: MIT
_cwsift()
{
	local word=$2 before=$3 option= verb= IFS=$'\n'
	local options='--rules
--regex
--filter-pattern
--text
--without
--group
--service
--from
--window
--late
--since
--until
--level
--tz
--utc
--output
--sns
--dry-run
--spool
--repeat
--color
--live
--batch
--threads
--stats
--verbose
--quiet
--exit-code
--allow-empty
--help
--version
-r
-e
-p
-t
-g
-s
-w
-o
-n
-j
-v
-q
-h'

	# a verb has options of its own, which its help lists
	case ${COMP_WORDS[1]} in
	watch|test|explain|rules|send)
		if [[ $COMP_CWORD -gt 1 ]]; then
			verb=${COMP_WORDS[1]}
			options=$(cwsift "$verb" --help 2>/dev/null |
			    sed -n 's/^  *\(-[a-z]\), \(--[a-z-]*\).*/\1\n\2/p
				s/^  *\(--*[a-z-]*\)  *[^-].*/\1/p')
		fi ;;
	esac

	# bash parts --name=value into three words
	if [[ $word == '=' ]]; then
		option=$before word=
	elif [[ $before == '=' ]]; then
		option=${COMP_WORDS[COMP_CWORD-2]}
	else
		option=$before
	fi
	COMPREPLY=()
	case $option in
	--from)
		COMPREPLY=($(compgen -W "$(cwsift --from help 2>/dev/null |
		    cut -d ' ' -f 1; echo help)" -- "$word"))
		return ;;
	-o|--output)
		case $verb in
		test) option=$'text\ntap' ;;
		explain) option=$'text\njson' ;;
		*) option=$'line\nlong\njson\nrecords' ;;
		esac
		COMPREPLY=($(compgen -W "$option" -- "$word"))
		return ;;
	--export)
		COMPREPLY=($(compgen -W $'terraform\ncli' -- "$word"))
		return ;;
	--only|--without)
		COMPREPLY=($(compgen -W "$(cwsift rules --list 2>/dev/null |
		    cut -f 1)" -- "$word"))
		return ;;
	--level)
		COMPREPLY=($(compgen -W $'fatal\nerror\nwarn' -- "$word"))
		return ;;
	--color)
		COMPREPLY=($(compgen -W $'auto\nalways\nnever' -- "$word"))
		return ;;
	--since|--until)
		COMPREPLY=($(compgen -W $'now\ntoday\nyesterday' -- "$word"))
		return ;;
	--tz)
		if [[ -r /usr/share/zoneinfo/tzdata.zi ]]; then
			COMPREPLY=($(compgen -W "$(sed -n 's/^Z \([^ ]*\).*/\1/p
			    s/^L [^ ]* //p' /usr/share/zoneinfo/tzdata.zi)" \
			    -- "$word"))
		fi
		return ;;
	-r|--rules)
		COMPREPLY=($(compgen -W builtin -- "$word")
		    $(compgen -f -- "$word"))
		compopt -o filenames 2>/dev/null
		return ;;
	-e|--regex|-p|--filter-pattern|-t|--text|-g|--group|\
	-s|--service|-w|--window|--late|-n|--sns|--spool|--repeat|-j|--threads)
		return ;;
	esac
	if [[ $word == -* ]]; then
		COMPREPLY=($(compgen -W "$options" -- "$word"))
		return
	fi
	COMPREPLY=($(compgen -f -- "$word"))
	if [[ $COMP_CWORD -eq 1 && -n $word ]]; then
		COMPREPLY+=($(compgen -W $'watch\ntest\nexplain\nrules\nsend' \
		    -- "$word"))
	fi
	compopt -o filenames 2>/dev/null
}
complete -F _cwsift cwsift
