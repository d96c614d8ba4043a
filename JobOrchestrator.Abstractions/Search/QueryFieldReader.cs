using JobOrchestrator.Sdk;

namespace JobOrchestrator.Search;

/// <summary>Reads the values of one field.</summary>
internal abstract class QueryFieldReader
{
    /// <summary>Why the name cannot be right although its field is known; null: it is right.</summary>
    public virtual string? NameError => null;

    /// <summary>The reader of a field; null: there is no such field.</summary>
    /// <param name="name">The name, in any case of letters.</param>
    public static QueryFieldReader? Of(string name)
    {
        string plain = name.ToLowerInvariant();
        return plain switch
        {
            QueryFieldNames.Status => new Phases(),
            QueryFieldNames.Older => new Age(isOlder: true),
            QueryFieldNames.Younger => new Age(isOlder: false),
            _ when plain.StartsWith(QueryField.LabelPrefix, StringComparison.Ordinal) => new Label(name[QueryField.LabelPrefix.Length..]),
            _ when QueryFieldNames.IsText(plain, out QueryTextField text) => new Texts(text),
            _ when QueryFieldNames.IsNumber(plain, out QueryNumberField number) => new Numbers(number),
            _ when QueryFieldNames.IsTime(plain, out QueryTimeField time) => new Times(time),
            _ when QueryFieldNames.IsDuration(plain, out QueryDurationField duration) => new Durations(duration),
            _ => null,
        };
    }

    /// <summary>Takes one more value, or says what is wrong with it.</summary>
    public abstract QueryFault? Read(QueryAtom value);

    /// <summary>What the values say.</summary>
    public abstract IEnumerable<QueryTerm> Terms(bool isNegated);

    private sealed class Phases : QueryFieldReader
    {
        private readonly SortedSet<JobPhase> _phases = [];

        public override QueryFault? Read(QueryAtom value)
        {
            if (value.Comparison.Length > 0 || value.HasStar)
            {
                return new QueryFault("A status is one word; leave it out for any.");
            }

            if (QueryPhases.Of(value.Text) is not { } phases)
            {
                string? nearest = NearestName.Of(value.Text, QueryPhases.Words);
                string question = nearest is null ? $": {string.Join(", ", QueryPhases.Words)}" : $"; did you mean `{nearest}`?";
                return new QueryFault($"`{value.Text}` is no status or phase{question}", nearest);
            }

            _phases.UnionWith(phases);
            return null;
        }

        public override IEnumerable<QueryTerm> Terms(bool isNegated) => [new QueryTerm.Phase(new(_phases), isNegated)];
    }

    private sealed class Texts(QueryTextField field) : QueryFieldReader
    {
        private const int IdLength = 36;

        private readonly List<QueryText> _values = [];
        private readonly bool _isHexadecimal =
            field is QueryTextField.Id or QueryTextField.RetryOf or QueryTextField.RetriedAs or QueryTextField.Trace;

        public override QueryFault? Read(QueryAtom value)
        {
            (QueryText? text, QueryFault? fault) = TextOf(value, mayContain: field == QueryTextField.Error);
            fault ??= IdFault(text!);
            if (fault is null)
            {
                _values.Add(_isHexadecimal ? text! with { Value = text!.Value.ToLowerInvariant() } : text!);
            }

            return fault;
        }

        public override IEnumerable<QueryTerm> Terms(bool isNegated) => [new QueryTerm.Text(field, new(_values), isNegated)];

        private QueryFault? IdFault(QueryText text) =>
            !_isHexadecimal || text.Match == QueryMatch.Present ? null
            : text.Value.Any(character => !char.IsAsciiHexDigit(character) && character != '-')
                ? new QueryFault("An id has digits, the letters a to f, and minus signs.")
            : field != QueryTextField.Trace && text.Match == QueryMatch.Exact && text.Value.Length < IdLength
                ? new QueryFault("An id has 36 characters; its beginning is followed by a star.", $"{text.Value}*")
            : null;
    }

    private sealed class Label(string key) : QueryFieldReader
    {
        private readonly List<QueryText> _values = [];

        public override string? NameError => LabelRules.IsKey(key)
            ? null
            : "A label's key has 1 to 64 letters, digits, dots, underscores and minus signs, and begins with a letter or digit.";

        public override QueryFault? Read(QueryAtom value)
        {
            (QueryText? text, QueryFault? fault) = TextOf(value, mayContain: false);
            if (text is not null)
            {
                _values.Add(text);
            }

            return fault;
        }

        public override IEnumerable<QueryTerm> Terms(bool isNegated) => [new QueryTerm.Label(key, new(_values), isNegated)];
    }

    private sealed class Age(bool isOlder) : QueryFieldReader
    {
        private readonly List<TimeSpan> _ages = [];

        public override QueryFault? Read(QueryAtom value)
        {
            if (value.Comparison.Length > 0 || value.HasStar || _ages.Count > 0)
            {
                return new QueryFault("An age is one length of time, such as 10m or 1d.");
            }

            if (!QueryDurations.TryParse(value.Text, out TimeSpan age))
            {
                return QueryRanges.NoDuration(value.Text);
            }

            _ages.Add(age);
            return null;
        }

        public override IEnumerable<QueryTerm> Terms(bool isNegated) =>
            [isOlder ? new QueryTerm.Older(_ages[0], isNegated) : new QueryTerm.Younger(_ages[0], isNegated)];
    }

    private sealed class Numbers(QueryNumberField field) : QueryFieldReader
    {
        private readonly List<QueryRange<decimal>> _ranges = [];

        public override QueryFault? Read(QueryAtom value) => QueryRanges.Read(value, ReadOne, _ranges)
            ?? (_ranges[^1] is { From.Value: var from, To.Value: var to } && from > to ? QueryRanges.EndsFirst : null);

        public override IEnumerable<QueryTerm> Terms(bool isNegated) => [new QueryTerm.Number(field, new(_ranges), isNegated)];

        private static (decimal, QueryFault?) ReadOne(string text) => QueryNumbers.TryParse(text, out decimal number)
            ? (number, null)
            : (0, new QueryFault($"`{text}` is no number."));
    }

    private sealed class Durations(QueryDurationField field) : QueryFieldReader
    {
        private readonly List<QueryRange<TimeSpan>> _ranges = [];

        public override QueryFault? Read(QueryAtom value) => QueryRanges.Read(value, ReadOne, _ranges)
            ?? (_ranges[^1] is { From.Value: var from, To.Value: var to } && from > to ? QueryRanges.EndsFirst : null)
            ?? (_ranges[^1].IsSingle
                ? new QueryFault($"No job takes {value.Text} to the tick: write >{value.Text} or <{value.Text}.", $">{value.Text}")
                : null);

        public override IEnumerable<QueryTerm> Terms(bool isNegated) => [new QueryTerm.Duration(field, new(_ranges), isNegated)];

        private static (TimeSpan, QueryFault?) ReadOne(string text) => QueryDurations.TryParse(text, out TimeSpan duration)
            ? (duration, null)
            : (default, QueryRanges.NoDuration(text));
    }

    private sealed class Times(QueryTimeField field) : QueryFieldReader
    {
        private readonly List<QueryRange<QueryMoment>> _ranges = [];

        public override QueryFault? Read(QueryAtom value) => QueryRanges.Read<QueryMoment>(value, ReadOne!, _ranges)
            ?? (_ranges[^1] is { IsSingle: true, From.Value: QueryMoment.Ago }
                ? new QueryFault(
                    $"{value.Text} is one moment: write >{value.Text} for since then, <{value.Text} for before.", $">{value.Text}")
                : null);

        public override IEnumerable<QueryTerm> Terms(bool isNegated) => [new QueryTerm.Time(field, new(_ranges), isNegated)];

        private static (QueryMoment?, QueryFault?) ReadOne(string text) => QueryMoments.Read(text) is { } moment
            ? (moment, null)
            : (null, new QueryFault($"`{text}` is no moment; one is 2026-11-26, 2026-11-26T14:10Z, or 3h for three hours ago."));
    }

    private static (QueryText? Text, QueryFault? Fault) TextOf(QueryAtom value, bool mayContain) => value switch
    {
        { IsAny: true } => (QueryText.Any, null),
        { Comparison: "~", HasStar: true } => (null, new QueryFault("~ finds a text anywhere; leave the star out.")),
        { Comparison: "~", Text.Length: 0 } => (null, new QueryFault("A text follows ~.")),
        { Comparison: "~" } => mayContain
            ? (new QueryText(value.Text, QueryMatch.Contains), null)
            : (null, new QueryFault("Only errors can be searched in with ~; a star at the end finds what begins so.", $"{value.Text}*")),
        { Comparison.Length: > 0 } => (null, new QueryFault("This field has no order; a text that begins so is written in quotes.")),
        { HasStar: true } => (new QueryText(value.Text, QueryMatch.Beginning), null),
        _ => (new QueryText(value.Text), null),
    };
}
