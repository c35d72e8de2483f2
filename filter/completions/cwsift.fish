# cwsift.fish -- completion for fish.
# SPDX-License-Identifier: MIT

function __cwsift_verb
	set -l words (commandline -opc)
	if set -q words[2]; and contains -- $words[2] watch test explain rules send
		echo $words[2]
	end
end

function __cwsift_sifts
	test -z (__cwsift_verb)
end

function __cwsift_first
	test (count (commandline -opc)) = 1
end

# a verb has options of its own, which its help lists
function __cwsift_options
	cwsift (__cwsift_verb) --help 2>/dev/null | sed -n \
		's/^  *\(-[a-z]\), \(--[a-z-]*\)\( [A-Z]*\)\{0,1\}  *\(.*\)/\1\t\4\n\2\t\4/p
		t
		s/^  *\(--*[a-z-]*\)\( [A-Z]*\)\{0,1\}  *\(.*\)/\1\t\3/p'
end

function __cwsift_values
	switch (__cwsift_verb)(commandline -opc)[-1]
		case 'test-o' 'test--output'
			printf '%s\n' text tap
		case 'explain-o' 'explain--output'
			printf '%s\n' text json
		case '*-o' '*--output'
			printf '%s\n' line long json records
		case 'rules--export'
			printf '%s\n' terraform cli
		case '*--from'
			cwsift --from help 2>/dev/null | sed 's/  */\t/'
			printf 'help\tlist the shapes\n'
		case '*--level'
			printf '%s\n' fatal error warn
		case '*--color'
			printf '%s\n' auto always never
		case '*--only' '*--without'
			cwsift rules --list 2>/dev/null | cut -f 1
		case '*-r' '*--rules'
			printf 'builtin\tbuilt-in rules\n'
			__fish_complete_path (commandline -ct)
		case '*'
			return 1
	end
end

complete -c cwsift -n __cwsift_first -a watch -d 'run aws logs tail and sift what it says'
complete -c cwsift -n __cwsift_first -a test -d 'run the examples of rules'
complete -c cwsift -n __cwsift_first -a explain -d 'which rule decided, and why'
complete -c cwsift -n __cwsift_first -a rules -d 'list and check the rules'
complete -c cwsift -n __cwsift_first -a send -d 'deliver what waits in the spool'
complete -c cwsift -n 'not __cwsift_sifts' -a '(__cwsift_values; or __cwsift_options)'
complete -c cwsift -n '__cwsift_values >/dev/null' -f

complete -c cwsift -n __cwsift_sifts -s r -l rules -r -a builtin -d 'rule file or folder; may repeat'
complete -c cwsift -n __cwsift_sifts -s e -l regex -x -d 'a rule: messages that match this regex'
complete -c cwsift -n __cwsift_sifts -s p -l filter-pattern -x -d 'a rule: a CloudWatch Logs filter pattern'
complete -c cwsift -n __cwsift_sifts -s t -l text -x -d 'a rule: messages that hold this text'
complete -c cwsift -n __cwsift_sifts -l without -x -a '(cwsift rules --list 2>/dev/null | cut -f 1)' -d 'leave one rule out'
complete -c cwsift -n __cwsift_sifts -s g -l group -x -d 'log group of the operands behind it'
complete -c cwsift -n __cwsift_sifts -s s -l service -x -d 'service of the operands behind it'
complete -c cwsift -n __cwsift_sifts -l from -x -a '(cwsift --from help 2>/dev/null | cut -d " " -f 1) help' -d 'do not recognise the input: it is this shape'
complete -c cwsift -n __cwsift_sifts -s w -l window -x -d 'failures closer than this are one incident (10m)'
complete -c cwsift -n __cwsift_sifts -l late -x -d 'how late a record may come; live long, json (10m)'
complete -c cwsift -n __cwsift_sifts -l since -x -a 'now today yesterday' -d 'only event times from this on'
complete -c cwsift -n __cwsift_sifts -l until -x -a 'now today yesterday' -d 'only event times before this'
complete -c cwsift -n __cwsift_sifts -l level -x -a 'fatal error warn' -d 'lowest level told'
complete -c cwsift -n __cwsift_sifts -l tz -x -a '(sed -n "s/^Z \([^ ]*\).*/\1/p; s/^L [^ ]* //p" /usr/share/zoneinfo/tzdata.zi 2>/dev/null)' -d 'zone of printed times'
complete -c cwsift -n __cwsift_sifts -l utc -d 'print times in UTC'
complete -c cwsift -n __cwsift_sifts -s o -l output -x -a 'line long json records' -d 'form of the output'
complete -c cwsift -n __cwsift_sifts -s n -l sns -x -d 'also publish to this SNS topic'
complete -c cwsift -n __cwsift_sifts -l dry-run -d 'print the requests instead of sending them'
complete -c cwsift -n __cwsift_sifts -l spool -x -a '(__fish_complete_directories)' -d 'folder of what waits to be sent, and what was'
complete -c cwsift -n __cwsift_sifts -l repeat -x -d 'remind that often of an incident that goes on'
complete -c cwsift -n __cwsift_sifts -l color -x -a 'auto always never' -d 'when to colour'
complete -c cwsift -n __cwsift_sifts -l live -d 'tell failures as they come, whatever the input is'
complete -c cwsift -n __cwsift_sifts -l batch -d 'tell them at the end of the input'
complete -c cwsift -n __cwsift_sifts -s j -l threads -x -d 'files read at once'
complete -c cwsift -n __cwsift_sifts -l stats -d 'say on standard error what was read'
complete -c cwsift -n __cwsift_sifts -s v -l verbose -d 'say too how often each rule matched'
complete -c cwsift -n __cwsift_sifts -s q -l quiet -d 'never say it'
complete -c cwsift -n __cwsift_sifts -l exit-code -d 'exit 1 when there was an incident'
complete -c cwsift -n __cwsift_sifts -l allow-empty -d 'reading no record at all is fine'
complete -c cwsift -n __cwsift_sifts -s h -d 'the common options'
complete -c cwsift -n __cwsift_sifts -l help -d 'this help'
complete -c cwsift -n __cwsift_sifts -l version -d 'version, and those of the libraries'
