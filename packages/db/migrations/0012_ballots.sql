CREATE TABLE "ballot_entries" (
	"preference_id" text NOT NULL,
	"response_id" text NOT NULL,
	"turn_id" text NOT NULL,
	"place" smallint NOT NULL,
	"tier" smallint,
	"is_worst" boolean DEFAULT false NOT NULL,
	"status" text NOT NULL,
	"attempt" integer NOT NULL,
	"model_id" text NOT NULL,
	"answered_by" text,
	"parameters" jsonb NOT NULL,
	"text_chars" integer,
	"names_itself" boolean,
	CONSTRAINT "ballot_entries_preference_id_response_id_pk" PRIMARY KEY("preference_id","response_id"),
	CONSTRAINT "ballot_entries_preference_id_place_key" UNIQUE("preference_id","place"),
	CONSTRAINT "ballot_entries_place_check" CHECK ("ballot_entries"."place" between 0 and 5),
	CONSTRAINT "ballot_entries_tier_check" CHECK ("ballot_entries"."tier" between 1 and 6),
	CONSTRAINT "ballot_entries_worst_check" CHECK (not ("ballot_entries"."is_worst" and "ballot_entries"."tier" is not null)),
	CONSTRAINT "ballot_entries_status_check" CHECK ("ballot_entries"."status" in ('pending', 'running', 'completed', 'failed', 'cancelled', 'interrupted', 'waiting', 'thinking', 'streaming')),
	CONSTRAINT "ballot_entries_attempt_check" CHECK ("ballot_entries"."attempt" > 0)
);
--> statement-breakpoint
ALTER TABLE "preferences" DROP CONSTRAINT "preferences_response_id_check";--> statement-breakpoint
ALTER TABLE "preferences" ADD COLUMN "reasons" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "preferences" ADD COLUMN "worst_reasons" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "preferences" ADD COLUMN "is_blind" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "preferences" ADD COLUMN "is_after_reveal" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "preferences" ADD COLUMN "metrics_visible" boolean;--> statement-breakpoint
ALTER TABLE "preferences" ADD COLUMN "width_class" text;--> statement-breakpoint
ALTER TABLE "preferences" ADD COLUMN "ms_since_first_answer" integer;--> statement-breakpoint
ALTER TABLE "preferences" ADD COLUMN "decided_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "preferences" ADD COLUMN "amended_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "turns" ADD COLUMN "is_blind" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "turns" ADD COLUMN "reveal_pace" text;--> statement-breakpoint
ALTER TABLE "turns" ADD COLUMN "revealed_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "preferences" ADD CONSTRAINT "preferences_id_turn_id_key" UNIQUE("id","turn_id");--> statement-breakpoint
ALTER TABLE "ballot_entries" ADD CONSTRAINT "ballot_entries_preference_of_turn_fk" FOREIGN KEY ("preference_id","turn_id") REFERENCES "public"."preferences"("id","turn_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ballot_entries" ADD CONSTRAINT "ballot_entries_response_of_turn_fk" FOREIGN KEY ("response_id","turn_id") REFERENCES "public"."responses"("id","turn_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "ballot_entries_worst_key" ON "ballot_entries" USING btree ("preference_id") WHERE "ballot_entries"."is_worst";--> statement-breakpoint
CREATE INDEX "ballot_entries_response_id_idx" ON "ballot_entries" USING btree ("response_id");--> statement-breakpoint
ALTER TABLE "preferences" ADD CONSTRAINT "preferences_reasons_check" CHECK ("preferences"."reasons" <@ array['more_correct', 'clearer', 'shorter', 'more_complete', 'better_code', 'better_style', 'followed_instruction']::text[]);--> statement-breakpoint
ALTER TABLE "preferences" ADD CONSTRAINT "preferences_worst_reasons_check" CHECK ("preferences"."worst_reasons" <@ array['less_correct', 'less_clear', 'too_long', 'less_complete', 'worse_code', 'worse_style', 'ignored_instruction']::text[]);--> statement-breakpoint
ALTER TABLE "preferences" ADD CONSTRAINT "preferences_width_class_check" CHECK ("preferences"."width_class" in ('narrow', 'medium', 'wide'));--> statement-breakpoint
ALTER TABLE "preferences" ADD CONSTRAINT "preferences_blind_check" CHECK (not ("preferences"."is_blind" and "preferences"."is_after_reveal"));--> statement-breakpoint
ALTER TABLE "preferences" ADD CONSTRAINT "preferences_response_id_check" CHECK (case when "preferences"."verdict" in ('response') then "preferences"."response_id" is not null when "preferences"."verdict" in ('none') then "preferences"."response_id" is null else true end);--> statement-breakpoint
ALTER TABLE "turns" ADD CONSTRAINT "turns_reveal_pace_check" CHECK ("turns"."reveal_pace" in ('together', 'even'));--> statement-breakpoint
ALTER TABLE "turns" ADD CONSTRAINT "turns_blind_check" CHECK ("turns"."is_blind" = ("turns"."reveal_pace" is not null));--> statement-breakpoint
ALTER TABLE "turns" ADD CONSTRAINT "turns_revealed_check" CHECK ("turns"."is_blind" or "turns"."revealed_at" is null);--> statement-breakpoint
-- The earlier verdicts as ballots. A tie becomes one tier of all responses with text, or of all if fewer than two have text.
-- A retry replaces a response, so the attempt at the time of the verdict is looked up in the runs. What only the response
-- knew of an earlier attempt is lost.
INSERT INTO "ballot_entries" ("preference_id", "response_id", "turn_id", "place", "tier", "status", "attempt", "model_id", "answered_by", "parameters", "text_chars")
SELECT p.id, r.id, r.turn_id, r.position,
  CASE
    WHEN p.verdict = 'response' AND r.id = p.response_id THEN 1
    WHEN p.verdict = 'tie' AND (r.text <> '' OR with_text.responses < 2) THEN 1
  END,
  coalesce(judged.status, r.status), coalesce(judged.attempt, r.attempt), r.model_id,
  CASE WHEN coalesce(judged.attempt, r.attempt) = r.attempt THEN r.answered_by END,
  r.parameters,
  CASE WHEN coalesce(judged.attempt, r.attempt) = r.attempt AND r.status NOT IN ('pending', 'running') THEN length(r.text) END
FROM preferences p
JOIN responses r ON r.turn_id = p.turn_id
CROSS JOIN LATERAL (SELECT count(*) AS responses FROM responses o WHERE o.turn_id = p.turn_id AND o.text <> '') with_text
LEFT JOIN LATERAL (
  SELECT run.attempt, run.status FROM runs run
  WHERE run.response_id = r.id AND run.created_at <= p.created_at
  ORDER BY run.attempt DESC LIMIT 1
) judged ON true;
