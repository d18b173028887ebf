ALTER TABLE "runs" ADD COLUMN "placed_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "waited_until" timestamp (3) with time zone;