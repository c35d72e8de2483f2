# cwsift.bash -- completion for bash.
# SPDX-License-Identifier: MIT
_cwsift()
{
	local word=$2 before=$3 option= IFS=$'\n'
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
-j
-v
-q
-h'

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
		COMPREPLY=($(compgen -W $'line\nlong\njson\nrecords' -- "$word"))
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
	-e|--regex|-p|--filter-pattern|-t|--text|--without|-g|--group|\
	-s|--service|-w|--window|--late|-j|--threads)
		return ;;
	esac
	if [[ $word == -* ]]; then
		COMPREPLY=($(compgen -W "$options" -- "$word"))
		return
	fi
	COMPREPLY=($(compgen -f -- "$word"))
	compopt -o filenames 2>/dev/null
}
complete -F _cwsift cwsift
