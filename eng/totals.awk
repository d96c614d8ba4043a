# Reads the .trx files of a test run. Prints failed tests with the beginning of what they said, skipped ones with their
# reasons, and as its last line the totals: passed failed skipped.

function attribute(line, name,    text) {
  text = line
  if (!sub(".* " name "=\"", "", text)) return ""
  sub("\".*", "", text)
  return plain(text)
}

function plain(text) {
  gsub(/&lt;/, "<", text); gsub(/&gt;/, ">", text); gsub(/&quot;/, "\"", text); gsub(/&#x[AD];/, " ", text); gsub(/&amp;/, "\\&", text)
  return text
}

/<UnitTestResult / {
  outcome = attribute($0, "outcome")
  name = attribute($0, "testName")
  if (outcome == "Failed") failures[++failed_names] = name
  said = ""
}

/<Message>/ && outcome == "Failed" {
  said = $0
  sub(/.*<Message>/, "", said)
  outcome = ""
  while (said !~ /<\/Message>/ && lines < 8 && (getline line) > 0) { said = said "\n" line; lines++ }
  sub(/<\/Message>.*/, "", said)
  said = substr(plain(said), 1, 800)
  gsub(/\n/, "\n    ", said)
  failures[failed_names] = failures[failed_names] "\n    " said
  lines = 0
}

/<Message>/ && outcome == "NotExecuted" {
  reason = $0
  sub(/.*<Message>/, "", reason); sub(/<\/Message>.*/, "", reason)
  skips[++skipped_names] = name ": " plain(reason)
  outcome = ""
}

/<Counters / {
  passed += attribute($0, "passed")
  failed += attribute($0, "executed") - attribute($0, "passed")
  skipped += attribute($0, "total") - attribute($0, "executed")
}

END {
  if (skipped_names) print "Skipped:"
  for (i = 1; i <= skipped_names; i++) print "  " skips[i]
  if (failed_names) print "Failed:"
  for (i = 1; i <= failed_names; i++) print "  " failures[i]
  print passed + 0, failed + 0, skipped + 0
}
