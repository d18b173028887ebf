ALTER TABLE "responses" ADD COLUMN "cache_write_input_tokens" integer;--> statement-breakpoint
ALTER TABLE "usage" ADD COLUMN "cache_write_input_tokens" integer DEFAULT 0 NOT NULL;