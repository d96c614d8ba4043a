using System.Globalization;
using System.Text;

namespace JobOrchestrator.Search;

/// <summary>Reads the terms of a query's text, and notes everything that is wrong.</summary>
/// <param name="text">The text.</param>
internal sealed class QueryReader(string text)
{
    /// <summary>Words that other grammars join terms with; here they would be looked for, and nothing found.</summary>
    private static readonly string[] Joints = ["AND", "OR", "NOT", "&&", "||"];

    private readonly List<JobQueryError> _errors = [];
    private readonly QueryTerms _terms = new();
    private int _at;
    private int _values;

    /// <summary>What is wrong, in the order of the text.</summary>
    public IReadOnlyList<JobQueryError> Errors => _errors;

    /// <summary>Whether a word joins terms elsewhere.</summary>
    public static bool IsJoint(string word) => Joints.Contains(word, StringComparer.Ordinal);

    /// <summary>What is said of a text that is too long.</summary>
    public static JobQueryError TooLong(int at, int length) => new(
        Math.Min(at, JobQuery.CharactersMax),
        Math.Max(0, length - JobQuery.CharactersMax),
        string.Create(CultureInfo.InvariantCulture, $"A query has at most {JobQuery.CharactersMax:N0} characters."));

    /// <summary>Reads all of it. Called once.</summary>
    public IReadOnlyList<QueryTerm> Read()
    {
        if (text.Length > JobQuery.CharactersMax)
        {
            _errors.Add(TooLong(text.Length, text.Length));
            return [];
        }

        int terms = 0;
        for (Skip(IsSpace); _at < text.Length; Skip(IsSpace))
        {
            if (++terms > JobQuery.TermsMax)
            {
                Wrong(_at, text.Length - _at, $"A query has at most {JobQuery.TermsMax} terms.");
                break;
            }

            ReadTerm();
            if (_values > JobQuery.ValuesMax)
            {
                break;
            }
        }

        return _terms.All;
    }

    private void ReadTerm()
    {
        int start = _at;
        bool isNegated = text[_at] == '-';
        _at += isNegated ? 1 : 0;
        if (_at == text.Length || IsSpace(text[_at]))
        {
            Wrong(start, 1, "A minus stands right before what it takes out.");
            return;
        }

        if (isNegated && text[_at] == '-')
        {
            Skip(character => !IsSpace(character));
            Wrong(start, _at - start, "One minus takes out; a text that begins with one is written in quotes.");
            return;
        }

        int nameAt = _at;
        if (text[_at] != '"')
        {
            Skip(character => character != ':' && !QueryWriter.EndsBare(character));
            if (_at < text.Length && text[_at] == ':')
            {
                string name = text[nameAt.._at++];
                ReadField(nameAt, name, isNegated);
                return;
            }
        }

        _at = nameAt;
        ReadWord(isNegated);
    }

    private void ReadWord(bool isNegated)
    {
        int at = _at;
        if (ReadAtom(mayCompare: false) is not { } atom || !EndsTerm("A comma stands between values of a field, as in queue:a,b."))
        {
            return;
        }

        if (atom is { IsQuoted: false } && IsJoint(atom.Text))
        {
            Wrong(at, _at - at, $"All terms hold; leave {atom.Text} out. (Values of a field are alternatives: queue:a,b; - takes out.)");
        }
        else if (atom.Text.Length == 0)
        {
            Wrong(at, _at - at, "A word has at least one character.");
        }
        else
        {
            QueryMatch match = atom.HasStar ? QueryMatch.Beginning : QueryMatch.Exact;
            _terms.Add(new QueryTerm.Word(new QueryText(atom.Text, match), isNegated));
        }
    }

    private void ReadField(int nameAt, string name, bool isNegated)
    {
        var field = QueryFieldReader.Of(name);
        if (field is null)
        {
            string? nearest = QueryFieldNames.Nearest(name);
            string question = nearest is null ? "" : $"; did you mean `{nearest}`?";
            string said = name.Length == 0 ? "A field's name is missing before the colon." : $"`{name}` is no field{question}";
            Wrong(nameAt, name.Length, nearest is null && name.Length > 0 ? $"{said}." : said, nearest);
        }
        else if (field.NameError is { } error)
        {
            Wrong(nameAt, name.Length, error);
            field = null;
        }

        int before = _errors.Count;
        do
        {
            int at = _at;
            if (++_values > JobQuery.ValuesMax)
            {
                Wrong(at, text.Length - at, $"A query has at most {JobQuery.ValuesMax} values.");
                return;
            }

            if (ReadAtom(mayCompare: true) is not { } value)
            {
                return;
            }

            if (value.Text.Length == 0 && !value.IsQuoted && !value.HasStar)
            {
                bool isSpaced = _at < text.Length && IsSpace(text[_at]);
                Wrong(at, _at - at, isSpaced ? $"A value follows `{name}:` without a space." : $"`{name}:` has no value here.");
            }
            else if (field?.Read(value) is { } wrong)
            {
                Wrong(at, _at - at, wrong.Message, wrong.Suggestion);
            }
        }
        while (TryComma());

        if (EndsTerm("A comma parts two values.") && field is not null && _errors.Count == before)
        {
            foreach (QueryTerm term in field.Terms(isNegated))
            {
                _terms.Add(term);
            }
        }
    }

    /// <summary>Reads a comparison, if there may be one, and a text with or without quotes; null: it is wrong, and that is said.</summary>
    private QueryAtom? ReadAtom(bool mayCompare)
    {
        string comparison = "";
        if (mayCompare && _at < text.Length && QueryWriter.Operators.Contains(text[_at], StringComparison.Ordinal))
        {
            int length = text[_at] != '~' && _at + 1 < text.Length && text[_at + 1] == '=' ? 2 : 1;
            comparison = text.Substring(_at, length);
            _at += length;
        }

        if (_at < text.Length && text[_at] == '"')
        {
            int at = _at;
            string? quoted = ReadQuoted();
            if (quoted is null)
            {
                Wrong(at, text.Length - at, "The closing quote is missing.", $"{text[at..]}\"");
                return null;
            }

            bool hasStar = _at < text.Length && text[_at] == '*';
            _at += hasStar ? 1 : 0;
            return new QueryAtom(comparison, quoted, IsQuoted: true, hasStar);
        }

        int bareAt = _at;
        Skip(character => !QueryWriter.EndsBare(character));
        string bare = text[bareAt.._at];
        return bare.EndsWith('*')
            ? new QueryAtom(comparison, bare[..^1], IsQuoted: false, HasStar: true)
            : new QueryAtom(comparison, bare, IsQuoted: false, HasStar: false);
    }

    /// <summary>Reads from an opening quote to the closing one; null: there is none, and all is read.</summary>
    private string? ReadQuoted()
    {
        var quoted = new StringBuilder();
        for (_at++; _at < text.Length; _at++)
        {
            switch (text[_at])
            {
                case '"':
                    _at++;
                    return quoted.ToString();
                case '\\' when _at + 1 < text.Length && text[_at + 1] is '"' or '\\':
                    quoted.Append(text[++_at]);
                    break;
                case var character:
                    quoted.Append(character);
                    break;
            }
        }

        return null;
    }

    private bool TryComma()
    {
        bool isComma = _at < text.Length && text[_at] == ',';
        _at += isComma ? 1 : 0;
        return isComma;
    }

    /// <summary>A term ends with a space or the text. Where it does not, the rest of it is passed over.</summary>
    private bool EndsTerm(string message)
    {
        if (_at == text.Length || IsSpace(text[_at]))
        {
            return true;
        }

        int at = _at;
        bool isQuote = text[at] == '"';
        Skip(character => !IsSpace(character));
        Wrong(at, _at - at, isQuote ? "A quote in a text is written \\\" between quotes." : message);
        return false;
    }

    private void Skip(Func<char, bool> passes)
    {
        while (_at < text.Length && passes(text[_at]))
        {
            _at++;
        }
    }

    private void Wrong(int at, int length, string message, string? suggestion = null) =>
        _errors.Add(new JobQueryError(at, length, message, suggestion));

    private static bool IsSpace(char character) => char.IsWhiteSpace(character) || char.IsControl(character);
}
